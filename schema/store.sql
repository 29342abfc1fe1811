-- The tables of the store: what hgls keeps of a repository between two runs.
--
-- The store is a cache. Everything in it can be made again from the repository, and is, when anything is wrong with
-- it. Whoever changes this file raises VERSION in server/core/src/store/file.rs.
--
-- Revisions, paths and users are small numbers. What there is one of per revision stands in chunks of 1024 revisions, a
-- column a table, so that a column is read with few, long reads and not at all by those who do not ask for it. Every
-- `data` ends in four bytes that sum up the rest and its key; the formats are those of server/core/src/store/.

-- One row.
CREATE TABLE state (
    id        INTEGER PRIMARY KEY CHECK (id = 0),
    -- Drawn at random whenever numbers are given from the start: equal numbers mean the same only within one epoch.
    epoch     INTEGER NOT NULL,
    -- How many revisions have a number.
    revisions INTEGER NOT NULL,
    -- Changes are complete for revisions up to this one, hidden ones in `gap` excepted.
    indexed   INTEGER NOT NULL,
    -- How many changes and paths there are.
    changes   INTEGER NOT NULL,
    paths     INTEGER NOT NULL,
    -- How many bytes annotations take, about.
    annotated INTEGER NOT NULL,
    -- The same of descriptions, and of all that were ever kept.
    described INTEGER NOT NULL,
    described_ever INTEGER NOT NULL,
    -- The shallow boundary and the replaced objects that the numbers were given with.
    grafts    BLOB NOT NULL
);

-- Nodes, 20 bytes each.
CREATE TABLE node_chunk (chunk INTEGER PRIMARY KEY, data BLOB NOT NULL);
-- Manifests: the roots of the trees of files, 20 bytes each.
CREATE TABLE manifest_chunk (chunk INTEGER PRIMARY KEY, data BLOB NOT NULL);
-- From nodes to revisions: the first eight bytes of each node, as a number whose sign is turned so that the order is
-- that of the nodes.
CREATE TABLE node (key INTEGER NOT NULL, rev INTEGER NOT NULL, PRIMARY KEY (key, rev)) WITHOUT ROWID;
-- Parents, as distances.
CREATE TABLE parent_chunk (chunk INTEGER PRIMARY KEY, data BLOB NOT NULL);
-- One row: the changesets that references stood on when numbers were given last, each with its revision.
CREATE TABLE tips (id INTEGER PRIMARY KEY CHECK (id = 0), data BLOB NOT NULL);
-- Committers' times, as differences from one revision to the next.
CREATE TABLE time_chunk (chunk INTEGER PRIMARY KEY, data BLOB NOT NULL);
-- For each revision its author, and when it was written.
CREATE TABLE author_chunk (chunk INTEGER PRIMARY KEY, data BLOB NOT NULL);

-- Authors as the changeset has them, with the encoding that it names (empty: none, which means UTF-8).
CREATE TABLE user (
    id       INTEGER PRIMARY KEY,
    name     BLOB NOT NULL,
    encoding BLOB NOT NULL,
    UNIQUE (name, encoding)
);

-- Every path that ever had a change.
CREATE TABLE path (name BLOB PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;

-- Changes against the first parent. The key is path << 32 | first revision in the segment; the segments of a path, one
-- after the other, are its changes in ascending order.
CREATE TABLE change_segment (key INTEGER PRIMARY KEY, data BLOB NOT NULL);

-- Hidden revisions up to `indexed` whose objects were gone when their changes were to be read.
CREATE TABLE gap (rev INTEGER PRIMARY KEY);

-- Where a file came from that a changeset has and its parent has not: found when somebody asks. `copies` says whether
-- every file of the parent was looked at, or only those that the changeset removed. NULL: from nowhere.
CREATE TABLE rename (
    path   INTEGER NOT NULL,
    rev    INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    source BLOB,
    PRIMARY KEY (path, rev, parent, copies)
) WITHOUT ROWID;

-- Whose the lines of a version of a file are, for versions that somebody asked for: of `path` as `rev` left it, with lines
-- followed in some `way`. `used` counts up with every annotation that is kept or used; the lowest are forgotten first.
CREATE TABLE annotation (
    used INTEGER PRIMARY KEY,
    path INTEGER NOT NULL,
    rev  INTEGER NOT NULL,
    way  BLOB NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (path, rev, way)
);

-- Node, parents' nodes, and what changesets say of themselves, decoded: of those that somebody asked for many of at once. `used` is what
-- `described_ever` was when one was kept or asked for; the lowest are forgotten first.
CREATE TABLE description (
    rev  INTEGER PRIMARY KEY,
    used INTEGER NOT NULL,
    data BLOB NOT NULL
);
