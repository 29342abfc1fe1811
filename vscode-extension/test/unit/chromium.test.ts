import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';

import { findChromium } from '../workbench/chromium';

describe('Chromium for the tests', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-chromium-'));
  const [empty, full] = ['empty', 'full'].map(name => path.join(folder, name)) as [string, string];
  for (const each of [empty, full]) fs.mkdirSync(each);
  const browser = path.join(full, 'google-chrome');
  fs.writeFileSync(browser, '');
  after(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('is found by any of its names, wherever programs are', () => {
    assert.equal(findChromium({ PATH: [empty, full].join(path.delimiter) }, []), browser);
  });

  it('is the one that is named', () => {
    assert.equal(findChromium({ PATH: empty, CHROMIUM: browser }, []), browser);
  });

  it('is said to be missing, with what to do', () => {
    assert.throws(() => findChromium({ PATH: empty }, []), {
      message:
        'There is no Chromium on this machine, in which the tests open VS Code: chromium, chromium-browser, google-chrome ' +
        'are not in PATH.\nPlease install it (on Debian: apt-get install chromium fonts-dejavu-core), or name one in the ' +
        'variable CHROMIUM.',
    });
  });

  it('is no other one than that which is named', () => {
    const named = path.join(empty, 'chromium');
    assert.throws(() => findChromium({ PATH: full, CHROMIUM: named }, []), {
      message: `The variable CHROMIUM names ${named}, and there is no such file.`,
    });
  });
});
