// Generated from schema/openrpc.json by `npm run generate`: change the server's Rust types, not this.

/**
 * The URI of a file or folder of this machine. Bytes that are not UTF-8 are percent-encoded, so nothing is lost.
 */
export type Uri = string;
/**
 * A moment as Mercurial has it: seconds since 1970 in UTC, and the zone's offset in seconds *west* of UTC.
 *
 * @minItems 2
 * @maxItems 2
 */
export type HgDate = [number, number];
/**
 * How far a changeset has travelled.
 */
export type Phase = 'public' | 'draft' | 'secret';
/**
 * Where what a change overwrites is kept.
 */
export type Backup = 'store' | 'orig' | 'none';
/**
 * Where a proposed message is from.
 */
export type MessageSource = 'amended' | 'operation' | 'template';
/**
 * What happened to a file.
 */
export type FileAction =
  | 'added'
  | 'modified'
  | 'removed'
  | 'forgotten'
  | 'renamed'
  | 'copied'
  | 'reverted'
  | 'undeleted'
  | 'updated'
  | 'merged'
  | 'restored'
  | 'resolved'
  | 'unresolved'
  | 'skipped';
/**
 * Why a file was merged without a result.
 */
export type Conflict = 'lines' | 'whole' | 'localRemoved' | 'otherRemoved';
/**
 * One of the versions that are in conflict.
 */
export type ConflictSide = 'base' | 'local' | 'other';
/**
 * hg's one-letter status of a file.
 */
export type StatusCode = 'M' | 'A' | 'R' | '!' | '?' | 'I' | 'C';
/**
 * What kind of change a hunk is.
 */
export type HunkKind = 'added' | 'removed' | 'changed';
/**
 * What lies between two changesets of a graph.
 */
export type EdgeKind = 'parent' | 'elided' | 'missing';
/**
 * What went wrong, for a program to act on. The list is closed.
 */
export type ErrorKind =
  | 'unknownRevision'
  | 'ambiguousRevision'
  | 'hiddenRevision'
  | 'invalidRevset'
  | 'notInRepository'
  | 'ambiguousRepository'
  | 'notTracked'
  | 'fileMissing'
  | 'binaryFile'
  | 'fileTooLarge'
  | 'nothingToCommit'
  | 'unresolvedConflicts'
  | 'repositoryLocked'
  | 'repositoryChanged'
  | 'operationInProgress'
  | 'publicChangeset'
  | 'uncommittedChanges'
  | 'alreadyExists'
  | 'noUser'
  | 'hookFailed'
  | 'signingFailed'
  | 'untrustedRepository'
  | 'missingObject'
  | 'corruptObject'
  | 'unsupportedRepository'
  | 'invalidArgument'
  | 'io'
  | 'store'
  | 'busy'
  | 'cancelled'
  | 'internal';
/**
 * How far the index is.
 */
export type IndexState = 'absent' | 'building' | 'ready';
/**
 * What was begun in the working copy and not finished.
 */
export type Operation = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect';
/**
 * How far a file of a merge is.
 */
export type MergeStatus = 'U' | 'R';
/**
 * How a file is merged anew: Mercurial's internal tools.
 */
export type MergeTool = 'merge' | 'mergeLocal' | 'mergeOther' | 'union' | 'local' | 'other';
/**
 * At a merge where both sides have a line: whose it is.
 */
export type Prefer = 'p1' | 'p2';
/**
 * What about a repository changed.
 */
export type RepositoryChange = 'parents' | 'bookmarks' | 'tags' | 'history' | 'mergeState' | 'ignoredRevisions';
/**
 * What becomes of the conflicts of a merge.
 */
export type ResolveAction = 'mark' | 'unmark' | 'merge';
/**
 * A file or folder, or several.
 */
export type Sources = Uri | Uri[];
/**
 * A moment: as Mercurial's JSON has it, or in words that Mercurial's `-d` takes, such as `2007-01-01 00:00:10 +0000`.
 */
export type When = HgDate | string;

/**
 * Neighbouring lines that one changeset made.
 */
export interface AnnotateHunk {
  /**
   * Who made them: an index into `changesets`.
   */
  changeset: number;
  /**
   * How many lines.
   */
  count: number;
  /**
   * The number that the first of these lines had there, zero-based; the others follow.
   */
  originStart: number;
  /**
   * The path that the file had there.
   */
  path: string;
  /**
   * Whether a skipped changeset was looked through to find this one (hg's `*`).
   */
  skipped?: boolean;
  /**
   * The first line, zero-based.
   */
  start: number;
  /**
   * The same without loss, where it is not the file that was asked for.
   */
  uri?: Uri;
}
/**
 * What `hg/annotate` answers.
 */
export interface AnnotateResult {
  /**
   * The changesets that the hunks name, each once.
   */
  changesets: Changeset[];
  /**
   * Who made which lines: ordered, and covering every line of the ranges exactly once. Lines that are not committed
   * yet belong to the working directory, rev 2147483647.
   */
  hunks: AnnotateHunk[];
}
/**
 * A changeset. The working directory is one too, with rev 2147483647 and a node of forty `f`; so is the empty one
 * before all others, with rev -1 and a node of forty `0`.
 */
export interface Changeset {
  /**
   * The bookmarks (git's branches) that stand on it.
   */
  bookmarks: string[];
  /**
   * Mercurial's named branch: always `default`, for git has none.
   */
  branch: string;
  /**
   * When the author made it.
   */
  date: HgDate;
  /**
   * The message, without white space around it.
   */
  desc: string;
  /**
   * 40 hexadecimal digits: git's commit id.
   */
  node: string;
  /**
   * The nodes of all its parents, as many as it has; a root has the null node, as in Mercurial.
   */
  parents: string[];
  /**
   * How far it has travelled.
   */
  phase: Phase;
  /**
   * The remote bookmarks that stand on it, such as `origin/main`.
   */
  remoteBookmarks: string[];
  /**
   * The local revision number. Parents have lower ones; a number once given stays.
   */
  rev: number;
  /**
   * Its tags; the newest visible changeset has `tip` besides.
   */
  tags: string[];
  /**
   * The author, as `Name <mail>`.
   */
  user: string;
}
/**
 * What `hg/backups` answers.
 */
export interface BackupsResult {
  /**
   * The newest first.
   */
  backups: KeptFile[];
  /**
   * For the next page, when there is more.
   */
  nextCursor?: string;
}
/**
 * A file that an operation overwrote or removed, as it is kept.
 */
export interface KeptFile {
  /**
   * Where it is now.
   */
  file: Uri;
  /**
   * Which of the backups of the file it is.
   */
  id: string;
  /**
   * What overwrote it: `revert`, `update`, `resolve`, `remove`, and so on.
   */
  operation: string;
  /**
   * Where it was, relative to the root, with `/`.
   */
  path: string;
  /**
   * The working copy that it was in: a repository may have several.
   */
  root: Uri;
  /**
   * How many bytes it has.
   */
  size: number;
  /**
   * Whether it was staged alone, and the file held something else.
   */
  staged: boolean;
  /**
   * When, in milliseconds since 1970.
   */
  time: number;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * A name that moves: git's branch.
 */
export interface Bookmark {
  /**
   * Whether a commit moves it: `HEAD` is on it.
   */
  active: boolean;
  /**
   * The name; a remote one's begins with the remote, as `origin/main`.
   */
  bookmark: string;
  /**
   * Where it stands.
   */
  node: string;
  /**
   * The remote that it was last seen in; absent for a local one.
   */
  remote?: string;
  /**
   * Where it stands: the local number.
   */
  rev: number;
}
/**
 * What `hg/bookmark` answers.
 */
export interface BookmarkResult {
  /**
   * The active bookmark now.
   */
  activeBookmark?: string;
  /**
   * The bookmark as it stands now; absent when it was deleted, or none was named.
   */
  bookmark?: Bookmark;
  /**
   * What else there is to say.
   */
  warnings: Warning[];
}
/**
 * Something that the user should know, in Mercurial's words.
 */
export interface Warning {
  /**
   * What there is to say, with the file's path where it is about one.
   */
  message: string;
  /**
   * Whether something that was asked for was not done.
   */
  refused: boolean;
  /**
   * The file that it is about.
   */
  uri?: Uri;
}
/**
 * What `hg/bookmarks` answers.
 */
export interface BookmarksResult {
  /**
   * git's branches by name, then the remote ones.
   */
  bookmarks: Bookmark[];
}
/**
 * What `hg/cat` answers: exactly one of `text` and `base64`.
 */
export interface CatResult {
  /**
   * The content in base64, when it is not UTF-8.
   */
  base64?: string;
  /**
   * Whether it has no lines: it contains a NUL byte.
   */
  binary: boolean;
  /**
   * Empty for a file, `x` executable, `l` a symbolic link (the content is its target).
   */
  flags: string;
  /**
   * The content's length in bytes.
   */
  size: number;
  /**
   * The content, when it is UTF-8.
   */
  text?: string;
}
/**
 * What `hg/commitMessage` answers.
 */
export interface CommitMessageResult {
  /**
   * The text, without git's comments; empty when there is none.
   */
  message: string;
  /**
   * Where it is from; absent when there is none.
   */
  source?: MessageSource;
  /**
   * Who would commit, as `Name <mail>`; absent when the configuration names nobody.
   */
  user?: string;
}
/**
 * What `hg/commit` answers.
 */
export interface CommitResult {
  /**
   * The new changeset.
   */
  changeset: Changeset;
  /**
   * What it has of each file, by path.
   */
  files: EditedFile[];
  /**
   * What hooks printed.
   */
  output?: string;
  /**
   * What else there is to say.
   */
  warnings: Warning[];
}
/**
 * What happened to one file.
 */
export interface EditedFile {
  /**
   * What happened.
   */
  action: FileAction;
  /**
   * Where its content is kept that was overwritten.
   */
  backup?: Uri;
  /**
   * Why it was merged without a result, when it was.
   */
  conflict?: Conflict;
  /**
   * Of a file that was merged: what the changeset calls it that was checked out, where that is another name.
   */
  other?: string;
  /**
   * Relative to the root, with `/`.
   */
  path: string;
  /**
   * Of a copy or a new name: what it was made of.
   */
  source?: string;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * The source of a copy or rename.
 */
export interface CopySource {
  /**
   * The content it was copied from: git's blob id.
   */
  filenode: string;
  /**
   * The path it was copied from.
   */
  path: string;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * How an editor paints a file or folder.
 */
export interface Decoration {
  /**
   * What to show beside the name: at most two characters; empty for a folder and for what is ignored.
   */
  badge: string;
  /**
   * The id of the colour, such as `hglsDecoration.modifiedForeground`, for a client to define.
   */
  color: string;
  /**
   * hg's status; a folder has its strongest one.
   */
  letter: StatusCode;
  /**
   * Whether the folders above take the colour.
   */
  propagate: boolean;
  /**
   * Whether the name is struck through.
   */
  strikeThrough: boolean;
  /**
   * Says it in words.
   */
  tooltip: string;
  /**
   * The file or folder.
   */
  uri: Uri;
}
/**
 * One file of a diff.
 */
export interface DiffFile {
  /**
   * Lines added.
   */
  added: number;
  /**
   * Whether a side is binary: it has no lines to count.
   */
  binary: boolean;
  /**
   * git's mode on the new side.
   */
  newMode?: string;
  /**
   * git's mode on the old side, such as `100644`.
   */
  oldMode?: string;
  /**
   * Relative to the root, with `/`.
   */
  path: string;
  /**
   * Lines removed.
   */
  removed: number;
  /**
   * Whether the source is gone: a rename, and not a copy.
   */
  renamed?: boolean;
  /**
   * How alike source and copy are, in percent.
   */
  similarity?: number;
  /**
   * What it is a copy or the new name of.
   */
  source?: string;
  /**
   * `M`, `A` or `R`; a copy or rename is `A` with a `source`.
   */
  status: StatusCode;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * Neighbouring lines that changed.
 */
export interface DiffHunk {
  /**
   * What kind of change it is.
   */
  kind: HunkKind;
  /**
   * How many lines on the new side.
   */
  newCount: number;
  /**
   * The first line on the new side, zero-based; where nothing is, the line that follows.
   */
  newStart: number;
  /**
   * The new lines with their line ends.
   */
  newText?: string;
  /**
   * How many lines on the old side.
   */
  oldCount: number;
  /**
   * The first line on the old side, zero-based; where nothing was, the line that follows.
   */
  oldStart: number;
  /**
   * The old lines with their line ends.
   */
  oldText?: string;
}
/**
 * What `hg/diffHunks` answers.
 */
export interface DiffHunksResult {
  /**
   * From the first line to the last; none when both sides are the same.
   */
  hunks: DiffHunk[];
}
/**
 * What `hg/diff` answers.
 */
export interface DiffResult {
  /**
   * The files that changed, by path; a rename stands at its new name.
   */
  files: DiffFile[];
  /**
   * The patch in git's format as Mercurial writes it. Bytes that are not UTF-8 are shown as U+FFFD.
   */
  patch?: string;
  /**
   * The patch without loss, in base64: only where `patch` has losses.
   */
  patchBase64?: string;
}
/**
 * What a change of files answers.
 */
export interface EditResult {
  /**
   * What happened to each file, by path. Files of named folders to which nothing happened are not among them.
   */
  files: EditedFile[];
  /**
   * Whether something that was asked for was not done. As a rule a warning says what.
   */
  incomplete: boolean;
  /**
   * What else there is to say.
   */
  warnings: Warning[];
}
/**
 * The `data` member of every error.
 */
export interface ErrorData {
  /**
   * What the user can do about it: a sentence or a command.
   */
  hint?: string;
  /**
   * What went wrong, for a program.
   */
  kind: ErrorKind;
  /**
   * What there is to say of single files.
   */
  warnings?: Warning[];
}
/**
 * Changed places of one file.
 */
export interface FileHunks {
  /**
   * Which of its changes, as `hg/diffHunks` lists them between the working copy's parent and the file on disk.
   */
  hunks: Hunk[];
  /**
   * The file.
   */
  uri: Uri;
}
/**
 * A changed place of a file as `hg/diffHunks` lists it, to choose it by.
 */
export interface Hunk {
  /**
   * How many lines on the new side.
   */
  newCount: number;
  /**
   * The first line on the new side, zero-based.
   */
  newStart: number;
  /**
   * How many lines on the old side.
   */
  oldCount: number;
  /**
   * The first line on the old side, zero-based.
   */
  oldStart: number;
}
/**
 * What `hg/fileLog` answers.
 */
export interface FileLogResult {
  /**
   * Asks for the next page; absent on the last one. It stays valid when commits arrive.
   */
  nextCursor?: string;
  /**
   * The file's revisions, newest first. A merge is one only where its content differs from every parent's.
   */
  revisions: FileRevision[];
}
/**
 * One revision of a file: what one changeset made of it.
 */
export interface FileRevision {
  /**
   * The changeset.
   */
  changeset: Changeset;
  /**
   * Where a copy or rename came from.
   */
  copy?: CopySource;
  /**
   * Whether the file was removed here.
   */
  deleted: boolean;
  /**
   * The content: git's blob id, forty `0` when the file is deleted here. Not unique within the log.
   */
  filenode: string;
  /**
   * The number within this path's own log, from 0 for the oldest. Each name that a file had has a log of its own.
   */
  filerev: number;
  /**
   * Empty for a file, `x` executable, `l` a symbolic link, `m` a submodule.
   */
  flags: string;
  /**
   * The changeset that made this revision: its local revision number.
   */
  linkrev: number;
  /**
   * The same changeset's node.
   */
  node: string;
  /**
   * The revisions, by `filerev`, that this one was made from: none for a new, re-added, copied or renamed file.
   */
  parents: number[];
  /**
   * The file's path as of this revision.
   */
  path: string;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * A file or a folder of a repository.
 */
export interface FileName {
  /**
   * Relative to the root, with `/`. Bytes that are not UTF-8 are shown as U+FFFD.
   */
  path: string;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * What joins a changeset of a graph to another one, which may be on a later page.
 */
export interface GraphEdge {
  /**
   * What lies between.
   */
  kind: EdgeKind;
  /**
   * Where it leads.
   */
  node: string;
}
/**
 * What `hg/heads` answers.
 */
export interface HeadsResult {
  /**
   * The visible changesets without visible children, newest first.
   */
  changesets: Changeset[];
}
/**
 * What `hg/identify` answers.
 */
export interface IdentifyResult {
  /**
   * The active bookmark: the branch that `HEAD` is on, also before its first commit; absent when detached.
   */
  activeBookmark?: string;
  /**
   * The bookmarks on the first parent.
   */
  bookmarks: string[];
  /**
   * Mercurial's named branch: always `default`.
   */
  branch: string;
  /**
   * Whether tracked files are changed, or a merge is in flight.
   */
  dirty: boolean;
  /**
   * Whether the index is there.
   */
  indexState: IndexState;
  /**
   * The first parent's node; forty `0` before the first commit.
   */
  node: string;
  /**
   * What was begun and not finished.
   */
  operation?: Operation;
  /**
   * The working directory's parents: two while a merge is in flight (more for an octopus), none before the first
   * commit.
   */
  parents: string[];
  /**
   * The first parent's phase.
   */
  phase: Phase;
  /**
   * The local number of the working directory's first parent; -1 before the first commit.
   */
  rev: number;
  /**
   * The root of the working copy; of a bare repository, the repository itself.
   */
  root: Uri;
  /**
   * The first parent's tags.
   */
  tags: string[];
}
/**
 * What `hg/index` answers, at once.
 */
export interface IndexResult {
  /**
   * The size of its file.
   */
  bytes: number;
  /**
   * How many changes of files it has.
   */
  changes: number;
  /**
   * How many paths it knows.
   */
  paths: number;
  /**
   * How many changesets it numbers.
   */
  revisions: number;
  /**
   * The version of its tables; 0 where there is no place for an index.
   */
  schemaVersion: number;
  /**
   * What became of the snapshot of the index under `refs/hgls/snapshot`, when this server found one and the index
   * was still to be made.
   */
  snapshot?: IndexSnapshot;
  /**
   * How far it is.
   */
  state: IndexState;
}
/**
 * A snapshot of the index, made by another clone and fetched from there.
 */
export interface IndexSnapshot {
  /**
   * How many of these were read from git all the same, and compared.
   */
  compared: number;
  /**
   * How many of its changesets are here; 0 when it was refused.
   */
  known: number;
  /**
   * Why nothing of it was taken over.
   */
  refused?: string;
}
/**
 * What `hg/init` answers.
 */
export interface InitResult {
  /**
   * Whether it was made a repository; `false` for one that was there.
   */
  created: boolean;
  /**
   * The root of the working copy.
   */
  root: Uri;
}
/**
 * One changeset of the lines' history.
 */
export interface LineLogEntry {
  /**
   * The changeset.
   */
  changeset: Changeset;
  /**
   * The path that the file had there.
   */
  path: string;
  /**
   * The lines as they were there.
   */
  range: LineRange;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * Lines, zero-based and half-open: `{start: 2, end: 4}` is the third and the fourth line.
 */
export interface LineRange {
  /**
   * The line after the last one.
   */
  end: number;
  /**
   * The first line.
   */
  start: number;
}
/**
 * What `hg/lineLog` answers.
 */
export interface LineLogResult {
  /**
   * The changesets that made the lines what they are, newest first.
   */
  entries: LineLogEntry[];
  /**
   * Asks for the next page; absent on the last one. It stays valid when commits arrive.
   */
  nextCursor?: string;
}
/**
 * What `hg/log` answers.
 */
export interface LogResult {
  /**
   * The changesets of this page.
   */
  changesets: Changeset[];
  /**
   * With `graph`: for each of them what joins it to those further down, in the order of its parents.
   */
  edges?: GraphEdge[][];
  /**
   * Asks for the next page; absent on the last one. It stays valid when commits arrive.
   */
  nextCursor?: string;
}
/**
 * What `hg/lookup` answers.
 */
export interface LookupResult {
  /**
   * The changeset.
   */
  changeset: Changeset;
  /**
   * The shortest prefix of its node, of at least four digits, that names it and nothing else.
   */
  shortest: string;
}
/**
 * One file of a manifest.
 */
export interface ManifestFile {
  /**
   * Empty for a file, `x` executable, `l` a symbolic link, `m` a submodule.
   */
  flags: string;
  /**
   * The content: git's blob id; of a submodule, the commit it points to.
   */
  node: string;
  /**
   * Relative to the root, with `/`.
   */
  path: string;
  /**
   * In bytes.
   */
  size?: number;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * What `hg/manifest` answers.
 */
export interface ManifestResult {
  /**
   * The files, ordered by the bytes of their paths.
   */
  files: ManifestFile[];
  /**
   * Asks for the next page; absent on the last one.
   */
  nextCursor?: string;
}
/**
 * An OpenRPC document, as https://spec.open-rpc.org describes it.
 */
export interface OpenRpc {}
/**
 * What `hg/phase` answers.
 */
export interface PhaseResult {
  /**
   * The changeset's phase.
   */
  phase: Phase;
}
/**
 * A file that a merge left conflicts in.
 */
export interface ResolveFile {
  /**
   * How far it is.
   */
  mergestatus: MergeStatus;
  /**
   * Relative to the root, with `/`.
   */
  path: string;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * What `hg/resolveList` answers.
 */
export interface ResolveListResult {
  /**
   * The files with conflicts, by path; none when no merge is in flight.
   */
  files: ResolveFile[];
}
/**
 * What `hg/statusDecorations` answers.
 */
export interface StatusDecorationsResult {
  /**
   * One for each file that is not clean, and for each folder above one whose status spreads.
   */
  decorations: Decoration[];
  /**
   * Whether there were too many to list them all.
   */
  truncated: boolean;
}
/**
 * The status of one file.
 */
export interface StatusEntry {
  /**
   * Relative to the root, with `/`.
   */
  path: string;
  /**
   * For an added file: what it is a copy or the new name of.
   */
  source?: string;
  /**
   * The status.
   */
  status: StatusCode;
  /**
   * Whether a merge left conflicts in it.
   */
  unresolved?: boolean;
  /**
   * The same without loss.
   */
  uri: Uri;
}
/**
 * What `hg/status` answers.
 */
export interface StatusResult {
  /**
   * When there are more: how many there are of each status, by its letter.
   */
  counts?: {
    [k: string]: number;
  };
  /**
   * In hg's order: grouped `M A R ! ? I C`, by path within a group.
   */
  entries: StatusEntry[];
  /**
   * Counts the changes of the working copy: `hg/didChangeStatus` with a higher one is newer than this answer.
   */
  generation: number;
  /**
   * Those of `paths` that are neither in the working copy nor in the revision.
   */
  nowhere?: FileName[];
  /**
   * Whether there are more than `limit`.
   */
  truncated: boolean;
}
/**
 * A name that stays.
 */
export interface Tag {
  /**
   * The changeset.
   */
  node: string;
  /**
   * The changeset's local number.
   */
  rev: number;
  /**
   * The name.
   */
  tag: string;
}
/**
 * What `hg/tags` answers.
 */
export interface TagsResult {
  /**
   * From the newest changeset to the oldest, `tip` first.
   */
  tags: Tag[];
}
/**
 * A file as LSP names it.
 */
export interface TextDocument {
  /**
   * The file's URI, of the scheme `file`.
   */
  uri: Uri;
}
/**
 * What `hg/uncommit` answers.
 */
export interface UncommitResult {
  /**
   * The working copy's parent now.
   */
  changeset: Changeset;
  /**
   * The files that it had changed, which are changed in the working copy now.
   */
  files: EditedFile[];
  /**
   * Its message.
   */
  message: string;
  /**
   * The changeset that was undone. It is hidden now, and still there by its node.
   */
  node: string;
  /**
   * What else there is to say.
   */
  warnings: Warning[];
}
/**
 * What `hg/update` answers.
 */
export interface UpdateResult {
  /**
   * The bookmark that became active.
   */
  activated?: string;
  /**
   * The active bookmark, when it came along.
   */
  advanced?: string;
  /**
   * The working copy's parent now.
   */
  changeset: Changeset;
  /**
   * The bookmark that was active.
   */
  deactivated?: string;
  /**
   * What happened to each file, by path.
   */
  files: EditedFile[];
  /**
   * How many files had changes of both sides, which were merged.
   */
  merged: number;
  /**
   * How many other heads there are, where no revision was named and no bookmark is active.
   */
  otherHeads?: number;
  /**
   * How many files were removed.
   */
  removed: number;
  /**
   * How many files have changes of both sides that are in conflict: `hg/resolveList` has them.
   */
  unresolved: number;
  /**
   * How many files were brought to it.
   */
  updated: number;
  /**
   * What else there is to say.
   */
  warnings: Warning[];
}
/**
 * White space that a comparison of lines does not see; all `false` compares every byte.
 */
export interface Whitespace {
  /**
   * White space is nothing at all (`-w`).
   */
  ignoreAllSpace?: boolean;
  /**
   * Lines that are blank are no change (`-B`).
   */
  ignoreBlankLines?: boolean;
  /**
   * White space at a line's end is nothing (`-Z`).
   */
  ignoreSpaceAtEol?: boolean;
  /**
   * Any amount of white space is one space, and none at a line's end (`-b`).
   */
  ignoreSpaceChange?: boolean;
}
/**
 * Says what the working copy is at.
 */
export interface IdentifyParams {
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Lists changesets.
 */
export interface LogParams {
  /**
   * `nextCursor` of the answer before.
   */
  cursor?: string;
  /**
   * Gives the edges of a graph too, and lists newest first whatever the order of `revset`: parents come after their
   * children.
   */
  graph?: boolean;
  /**
   * At most so many; more than 10000 is 10000.
   */
  limit?: number;
  /**
   * Only changesets that touch one of these files, or a file below one of these folders. Each is a URI, or a path
   * relative to the root. Renames are not followed: that is `hg/fileLog`.
   */
  paths?: string[];
  /**
   * The changesets to list, in the order of the expression where it has one; all visible ones, newest first, when
   * left out.
   */
  revset?: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Lists the revisions of a file.
 */
export interface FileLogParams {
  /**
   * The file.
   */
  textDocument: TextDocument;
  /**
   * Every revision of the path on every visible head, not only the ancestors of `rev`.
   */
  allHeads?: boolean;
  /**
   * `nextCursor` of the answer before.
   */
  cursor?: string;
  /**
   * Goes on with the source of a copy or rename, under its old name.
   */
  follow?: boolean;
  /**
   * At most so many; more than 10000 is 10000.
   */
  limit?: number;
  /**
   * Where to begin: the history of the file as of this revision; `.` when left out.
   */
  rev?: string;
}
/**
 * Says of each line of a file which changeset made it.
 */
export interface AnnotateParams {
  /**
   * The file.
   */
  textDocument: TextDocument;
  /**
   * Goes on with the source of a copy or rename.
   */
  follow?: boolean;
  /**
   * Also looks through the changesets that git's `blame.ignoreRevsFile` lists.
   */
  ignoreRevsFile?: boolean;
  /**
   * Whose a line is that both sides of a merge have.
   */
  prefer?: Prefer & string;
  /**
   * Only these lines; all of them when left out. What lies outside the file is cut off.
   */
  ranges?: LineRange[];
  /**
   * The revision to annotate. When left out: the open buffer's text, or else the working copy's.
   */
  rev?: string;
  /**
   * Changesets to look through, such as one that only formats: their lines go to who had them before. Each is a
   * revision set.
   */
  skip?: string[];
  /**
   * White space that is no change.
   */
  whitespace?: Whitespace;
}
/**
 * Lists the changesets that made lines of a file what they are.
 */
export interface LineLogParams {
  /**
   * The lines, as of `rev`.
   */
  range: LineRange;
  /**
   * The file.
   */
  textDocument: TextDocument;
  /**
   * `nextCursor` of the answer before.
   */
  cursor?: string;
  /**
   * At most so many; more than 10000 is 10000.
   */
  limit?: number;
  /**
   * The revision that `range` counts in. When left out: the open buffer, or else the working copy.
   */
  rev?: string;
}
/**
 * Lists the files that are not clean.
 */
export interface StatusParams {
  /**
   * Lists what this changeset changed against its first parent. Not together with `rev`.
   */
  change?: string;
  /**
   * The statuses to list; `M A R ! ?` when left out.
   */
  include?: StatusCode[];
  /**
   * At most so many entries; more than 1000000 is 1000000.
   */
  limit?: number;
  /**
   * Only these files, and files below these folders. Each is a URI, or a path relative to the root.
   */
  paths?: string[];
  /**
   * Compares the working copy with this revision; `.` when left out.
   */
  rev?: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
  /**
   * With `rev`: compares `rev` with this revision, and not with the working copy.
   */
  to?: string;
}
/**
 * Says how to paint files and folders.
 */
export interface StatusDecorationsParams {
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
   */
  root?: Uri;
  /**
   * Only for these files and folders, of any of the open repositories; for all when left out.
   */
  uris?: Uri[];
}
/**
 * Lists the lines of a file that changed.
 */
export interface DiffHunksParams {
  /**
   * The file.
   */
  textDocument: TextDocument;
  /**
   * The old side.
   */
  from?: string;
  /**
   * Gives the hunks' texts as well.
   */
  text?: boolean;
  /**
   * The new side. When left out: the open buffer, or else the working copy.
   */
  to?: string;
}
/**
 * Writes a patch, and says what changed.
 */
export interface DiffParams {
  /**
   * What this changeset changed against its first parent. Not together with `from` or `to`.
   */
  change?: string;
  /**
   * Lines of context around each change.
   */
  context?: number;
  /**
   * The old side; `.` when left out.
   */
  from?: string;
  /**
   * Gives the patch; without it, only the list of files.
   */
  patch?: boolean;
  /**
   * Only these files, and files below these folders. Each is a URI, or a path relative to the root.
   */
  paths?: string[];
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
  /**
   * The new side; the working copy when left out.
   */
  to?: string;
  /**
   * White space that is no change.
   */
  whitespace?: Whitespace;
}
/**
 * Gives the content of a file at a revision.
 */
export interface CatParams {
  /**
   * The file.
   */
  textDocument: TextDocument;
  /**
   * Of a file in conflict, one of the versions that are; `rev` counts for nothing then.
   */
  conflict?: ConflictSide;
  /**
   * The revision.
   */
  rev?: string;
}
/**
 * Lists the files of a revision.
 */
export interface ManifestParams {
  /**
   * `nextCursor` of the answer before.
   */
  cursor?: string;
  /**
   * At most so many; more than 100000 is 100000.
   */
  limit?: number;
  /**
   * Only these files, and files below these folders. Each is a URI, or a path relative to the root.
   */
  paths?: string[];
  /**
   * The revision.
   */
  rev?: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
  /**
   * Gives each file's size as well.
   */
  sizes?: boolean;
}
/**
 * Lists the changesets that have no children.
 */
export interface HeadsParams {
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Lists the bookmarks: git's branches and remote branches.
 */
export interface BookmarksParams {
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Lists the tags.
 */
export interface TagsParams {
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Finds a changeset by any of its names.
 */
export interface LookupParams {
  /**
   * A revision: a number, a node or its prefix, `.`, `tip`, `null`, `wdir()`, a bookmark, a tag, `remote/bookmark`.
   */
  rev: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Says how far a changeset has travelled.
 */
export interface PhaseParams {
  /**
   * A revision: a number, a node or its prefix, `.`, `tip`, `null`, `wdir()`, a bookmark, a tag, `remote/bookmark`.
   */
  rev: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Lists the files that a merge left conflicts in.
 */
export interface ResolveListParams {
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Says how far the index is, and begins to build what is missing.
 */
export interface IndexParams {
  /**
   * Throws the index away and builds it anew. Revision numbers may change.
   */
  rebuild?: boolean;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Makes files tracked.
 */
export interface AddParams {
  /**
   * Changes nothing, and says what it would have done.
   */
  dryRun?: boolean;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
   */
  root?: Uri;
  /**
   * The files, and folders for the files below them; all of one repository. When left out, `hg/add` takes every
   * unknown file.
   */
  uris?: Uri[];
}
/**
 * Makes files tracked no more, and leaves them where they are.
 */
export interface ForgetParams {
  /**
   * Changes nothing, and says what it would have done.
   */
  dryRun?: boolean;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
   */
  root?: Uri;
  /**
   * The files, and folders for the files below them; all of one repository. When left out, `hg/add` takes every
   * unknown file.
   */
  uris?: Uri[];
}
/**
 * Deletes files, and makes them tracked no more.
 */
export interface RemoveParams {
  /**
   * Only records that files are gone which are missing already.
   */
  after?: boolean;
  /**
   * Changes nothing, and says what it would have done.
   */
  dryRun?: boolean;
  /**
   * Removes files that are modified or added as well.
   */
  force?: boolean;
  /**
   * The repository: its working copy, or anything inside. May be left out when `uris` says.
   */
  root?: Uri;
  /**
   * The files, and folders for the files below them.
   */
  uris?: Uri[];
}
/**
 * Makes unknown files tracked, and missing ones tracked no more.
 */
export interface AddremoveParams {
  /**
   * Changes nothing, and says what it would have done.
   */
  dryRun?: boolean;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
   */
  root?: Uri;
  /**
   * How alike a missing and an unknown file have to be to count as renamed, in percent.
   */
  similarity?: number;
  /**
   * Only these files, and files below these folders; the whole working copy when left out.
   */
  uris?: Uri[];
}
/**
 * Brings files back to what they are in a revision.
 */
export interface RevertParams {
  /**
   * Where what is overwritten is kept.
   */
  backup?: Backup & string;
  /**
   * Changes nothing, and says what it would have done.
   */
  dryRun?: boolean;
  /**
   * Takes only these changes back, and not together with `uris` or `rev`.
   */
  hunks?: FileHunks[];
  /**
   * The revision whose content they get; the working copy's parent when left out, which during a merge it must not be.
   */
  rev?: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open, or a file says.
   */
  root?: Uri;
  /**
   * The files, and folders for the files below them. The root for everything.
   */
  uris?: Uri[];
}
/**
 * Copies files, and makes the copies tracked.
 */
export interface CopyParams {
  /**
   * The file or folder.
   */
  source: Sources;
  /**
   * Its new name; a folder that is there for the place below which it goes under its old name.
   */
  target: Uri;
  /**
   * Only records what was done already.
   */
  after?: boolean;
  /**
   * Changes nothing, and says what it would have done.
   */
  dryRun?: boolean;
  /**
   * Overwrites a file that is there. What it overwrites is kept.
   */
  force?: boolean;
  /**
   * The repository: its working copy, or anything inside. May be left out when the source says.
   */
  root?: Uri;
}
/**
 * Gives files other names.
 */
export interface RenameParams {
  /**
   * The file or folder.
   */
  source: Sources;
  /**
   * Its new name; a folder that is there for the place below which it goes under its old name.
   */
  target: Uri;
  /**
   * Only records what was done already.
   */
  after?: boolean;
  /**
   * Changes nothing, and says what it would have done.
   */
  dryRun?: boolean;
  /**
   * Overwrites a file that is there. What it overwrites is kept.
   */
  force?: boolean;
  /**
   * The repository: its working copy, or anything inside. May be left out when the source says.
   */
  root?: Uri;
}
/**
 * Marks conflicts as resolved, or as not resolved again, or merges them anew.
 */
export interface ResolveParams {
  /**
   * What becomes of their conflicts.
   */
  action: ResolveAction;
  /**
   * Where what is overwritten is kept.
   */
  backup?: Backup & string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
   */
  root?: Uri;
  /**
   * How they are merged anew.
   */
  tool?: MergeTool & string;
  /**
   * The files, and folders for the files below them. The root for everything.
   */
  uris?: Uri[];
}
/**
 * Lists what operations overwrote or removed and nothing else has, the newest first.
 */
export interface BackupsParams {
  /**
   * `nextCursor` of the page before.
   */
  cursor?: string;
  /**
   * At most so many.
   */
  limit?: number;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
   */
  root?: Uri;
  /**
   * Only backups of these files, and of files below these folders.
   */
  uris?: Uri[];
}
/**
 * Brings a file back from the backups.
 */
export interface RestoreParams {
  /**
   * The file.
   */
  uri: Uri;
  /**
   * Which of its backups; the newest when left out.
   */
  id?: string;
  /**
   * The repository: its working copy, or anything inside. May be left out: `uri` says.
   */
  root?: Uri;
}
/**
 * Makes a folder a git repository, where it is none. Folders inside a `.git` are refused.
 */
export interface InitParams {
  /**
   * The folder, which is made where there is none.
   */
  root: Uri;
}
/**
 * Commits the working copy, or some of its files or changes.
 */
export interface CommitParams {
  /**
   * Adds what is unknown and removes what is missing, among `uris`, first.
   */
  addremove?: boolean;
  /**
   * Puts another changeset in the place of the working copy's parent: the parent and these changes.
   */
  amend?: boolean;
  /**
   * When; now when left out.
   */
  date?: When;
  /**
   * Of these files only these changes, beside those of `uris`.
   */
  hunks?: FileHunks[];
  /**
   * The message. With `amend` the old one stays where this is left out.
   */
  message?: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open, or a file says.
   */
  root?: Uri;
  /**
   * Only the changes of these files, and of the files below these folders. Everything that is changed when neither
   * these nor `hunks` are given; what is not committed stays as it was, staged or not.
   */
  uris?: Uri[];
  /**
   * The author and committer, as `Name <mail>`; git's configuration says when left out.
   */
  user?: string;
}
/**
 * What the message of the next commit may begin with: that of the changeset to amend, the one that git has ready for a merge and the like, or `commit.template`.
 */
export interface CommitMessageParams {
  /**
   * For a commit in the place of the one that is checked out.
   */
  amend?: boolean;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Undoes the changeset that is checked out, and keeps what it changed in the working copy.
 */
export interface UncommitParams {
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Checks out a changeset.
 */
export interface UpdateParams {
  /**
   * Refuses when the working copy has changes.
   */
  check?: boolean;
  /**
   * Throws changes of the working copy away. What is overwritten is kept.
   */
  clean?: boolean;
  /**
   * Merges changes of the working copy also where the changeset is neither an ancestor nor a descendant.
   */
  merge?: boolean;
  /**
   * Where to; a bookmark becomes the active one. When left out: where an update that was interrupted went, or else
   * the newest changeset of the line that the working copy is on, and the active bookmark comes along.
   */
  rev?: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Makes, moves, renames, deletes, activates and deactivates bookmarks: git's branches under Mercurial's rules.
 */
export interface BookmarkParams {
  /**
   * Deletes it. The changesets stay.
   */
  delete?: boolean;
  /**
   * Moves a bookmark that is there.
   */
  force?: boolean;
  /**
   * Makes none active: the new one is not activated, or the active one no longer is.
   */
  inactive?: boolean;
  /**
   * The bookmark; with `rename` its new name. May be left out with `inactive` alone.
   */
  name?: string;
  /**
   * The bookmark that gets the new name.
   */
  rename?: string;
  /**
   * Where it shall stand; the working copy's parent when left out.
   */
  rev?: string;
  /**
   * The repository: its working copy, or anything inside. May be left out when one repository is open.
   */
  root?: Uri;
}
/**
 * Gives this document.
 */
export interface DiscoverParams {}
/**
 * The repository changed, whoever changed it: at most one each 50 ms and repository.
 */
export interface DidChangeRepositoryParams {
  /**
   * What changed.
   */
  changed: RepositoryChange[];
  /**
   * The first parent's node now.
   */
  node: string;
  /**
   * The root of the working copy.
   */
  root: Uri;
}
/**
 * The status of files changed, whoever changed them: at most one each 50 ms and repository.
 */
export interface DidChangeStatusParams {
  /**
   * Files that have another status now.
   */
  changed: StatusEntry[];
  /**
   * Counts these notifications; see `hg/status`.
   */
  generation: number;
  /**
   * Files that are clean now, or gone.
   */
  removed: FileName[];
  /**
   * The root of the working copy.
   */
  root: Uri;
}

/** Every request, by its name. */
export interface Methods {
  'hg/identify': { params: IdentifyParams; result: IdentifyResult };
  'hg/log': { params: LogParams; result: LogResult };
  'hg/fileLog': { params: FileLogParams; result: FileLogResult };
  'hg/annotate': { params: AnnotateParams; result: AnnotateResult };
  'hg/lineLog': { params: LineLogParams; result: LineLogResult };
  'hg/status': { params: StatusParams; result: StatusResult };
  'hg/statusDecorations': { params: StatusDecorationsParams; result: StatusDecorationsResult };
  'hg/diffHunks': { params: DiffHunksParams; result: DiffHunksResult };
  'hg/diff': { params: DiffParams; result: DiffResult };
  'hg/cat': { params: CatParams; result: CatResult };
  'hg/manifest': { params: ManifestParams; result: ManifestResult };
  'hg/heads': { params: HeadsParams; result: HeadsResult };
  'hg/bookmarks': { params: BookmarksParams; result: BookmarksResult };
  'hg/tags': { params: TagsParams; result: TagsResult };
  'hg/lookup': { params: LookupParams; result: LookupResult };
  'hg/phase': { params: PhaseParams; result: PhaseResult };
  'hg/resolveList': { params: ResolveListParams; result: ResolveListResult };
  'hg/index': { params: IndexParams; result: IndexResult };
  'hg/add': { params: AddParams; result: EditResult };
  'hg/forget': { params: ForgetParams; result: EditResult };
  'hg/remove': { params: RemoveParams; result: EditResult };
  'hg/addremove': { params: AddremoveParams; result: EditResult };
  'hg/revert': { params: RevertParams; result: EditResult };
  'hg/copy': { params: CopyParams; result: EditResult };
  'hg/rename': { params: RenameParams; result: EditResult };
  'hg/resolve': { params: ResolveParams; result: EditResult };
  'hg/backups': { params: BackupsParams; result: BackupsResult };
  'hg/restore': { params: RestoreParams; result: EditResult };
  'hg/init': { params: InitParams; result: InitResult };
  'hg/commit': { params: CommitParams; result: CommitResult };
  'hg/commitMessage': { params: CommitMessageParams; result: CommitMessageResult };
  'hg/uncommit': { params: UncommitParams; result: UncommitResult };
  'hg/update': { params: UpdateParams; result: UpdateResult };
  'hg/bookmark': { params: BookmarkParams; result: BookmarkResult };
  'rpc.discover': { params: DiscoverParams; result: OpenRpc };
}

/** What a request costs: `write` changes a repository, `long` may read much of it. */
export const CLASSES: Readonly<Record<keyof Methods, 'instant' | 'read' | 'long' | 'write'>> = {
  'hg/identify': 'read',
  'hg/log': 'long',
  'hg/fileLog': 'long',
  'hg/annotate': 'long',
  'hg/lineLog': 'long',
  'hg/status': 'long',
  'hg/statusDecorations': 'long',
  'hg/diffHunks': 'read',
  'hg/diff': 'long',
  'hg/cat': 'read',
  'hg/manifest': 'read',
  'hg/heads': 'read',
  'hg/bookmarks': 'read',
  'hg/tags': 'read',
  'hg/lookup': 'read',
  'hg/phase': 'read',
  'hg/resolveList': 'read',
  'hg/index': 'read',
  'hg/add': 'write',
  'hg/forget': 'write',
  'hg/remove': 'write',
  'hg/addremove': 'write',
  'hg/revert': 'write',
  'hg/copy': 'write',
  'hg/rename': 'write',
  'hg/resolve': 'write',
  'hg/backups': 'read',
  'hg/restore': 'write',
  'hg/init': 'write',
  'hg/commit': 'write',
  'hg/commitMessage': 'read',
  'hg/uncommit': 'write',
  'hg/update': 'write',
  'hg/bookmark': 'write',
  'rpc.discover': 'instant',
};

/** Every notification that the server sends of its own accord, by its name. */
export interface Notifications {
  'hg/didChangeRepository': DidChangeRepositoryParams;
  'hg/didChangeStatus': DidChangeStatusParams;
}

/** The version of the server whose protocol this is. */
export const PROTOCOL_VERSION = '0.1.0';
