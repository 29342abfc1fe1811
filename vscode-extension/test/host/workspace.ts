// The folder that the tests inside the extension host work in: made outside, and known to both sides by its names.
import path from 'node:path';

import { GRACE, TestRepository } from '../workbench/repository';

/** Text in Latin 1, which is not UTF-8. */
export const LATIN = Buffer.from([0x67, 0x72, 0xfc, 0xdf, 0x65, 0x0a]);
/** Bytes with a NUL, as images have. */
export const BINARY = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff, 0xfe, 0x0a]);

/** A repository with two revisions and some changes that are not committed; gives its folder. */
export function makeWorkspace(folder: string, environment: NodeJS.ProcessEnv): string {
  const repository = TestRepository.make(path.join(folder, 'greek'), environment);
  repository.write('alpha.txt', 'one\ntwo\nthree\n');
  repository.write('latin.txt', LATIN);
  repository.write('picture.bin', BINARY);
  repository.write('letters/beta.txt', 'beta\n');
  repository.write('letters/gamma.txt', 'gamma\n');
  repository.commit('The first letters');
  repository.write('alpha.txt', 'one\n2\nthree\n');
  repository.commit('Two is a number', GRACE);
  repository.write('alpha.txt', 'one\n2\nthree\nfour\n');
  repository.write('letters/new.txt', 'new\n');
  return repository.folder;
}
