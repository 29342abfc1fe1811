// The source control of hgls: panels, marks beside changed lines, and their commands.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { registerCommands } from '../ui/commands';
import { Changes } from './changes';
import { Chooser } from './choose';
import { Commits } from './commit';
import { CONFLICT_VERSIONS } from './conflictVersions';
import { Edits } from './edits';
import { Opening } from './open';
import { ORIGINALS } from './originals';
import { Panels } from './panels';
import { Resolving } from './resolve';
import { VersionDocuments } from './versionDocuments';

export function registerScm(context: Context): vscode.Disposable {
  const documents = [ORIGINALS, CONFLICT_VERSIONS].map(
    kind => new VersionDocuments(kind, context.session, context.repositories),
  );
  const panels = new Panels(context);
  const chooser = new Chooser(context, panels);
  const commits = new Commits(context, panels, chooser);
  const edits = new Edits(context, chooser);
  const resolving = new Resolving(context, chooser);
  const changes = new Changes(context, chooser, commits);
  const opening = new Opening(context);
  const commands = registerCommands({
    commit: argument => commits.commit(argument),
    amend: argument => commits.amend(argument),
    uncommit: argument => commits.uncommit(argument),
    commitFiles: (...parameters) => commits.commitFiles(...parameters),
    commitHunks: (...parameters) => changes.commitPicked(...parameters),
    commitSelectedChanges: () => changes.commitSelected(),
    revertSelectedChanges: () => changes.revertSelected(),
    'scm.commitChange': (uri, all, index) => changes.commitShown(uri, all, index),
    'scm.revertChange': (uri, all, index) => changes.revertShown(uri, all, index),
    add: (...parameters) => edits.add(...parameters),
    forget: (...parameters) => edits.forget(...parameters),
    removeMissing: (...parameters) => edits.removeMissing(...parameters),
    addremove: argument => edits.addremove(argument),
    revert: (...parameters) => edits.revert(...parameters),
    revertAll: argument => edits.revertAll(argument),
    markResolved: (...parameters) => resolving.mark(...parameters),
    unmarkResolved: (...parameters) => resolving.unmark(...parameters),
    'resolve.mergeAgain': (...parameters) => resolving.mergeAgain('merge', ...parameters),
    'resolve.mergeWithTool': (...parameters) => resolving.mergeWithTool(...parameters),
    'resolve.takeMine': (...parameters) => resolving.mergeAgain('local', ...parameters),
    'resolve.takeOther': (...parameters) => resolving.mergeAgain('other', ...parameters),
    'resolve.openMergeEditor': (...parameters) => resolving.openMergeEditor(...parameters),
    'scm.openChange': resource => opening.openChange(resource),
    'scm.openFile': (...parameters) => opening.openFile(...parameters),
    'scm.refresh': async argument => {
      const repository = await chooser.repository(argument);
      if (repository) panels.of(repository)?.refresh();
    },
  });
  return vscode.Disposable.from(...documents, resolving, panels, commands);
}
