A repository that git made and Mercurial's commands work in: the steps of the test of Mercurial's own git extension, and
those that the extension gets wrong. `hg` is hgls.

  $ git config --global user.name test
  $ git config --global user.email test@example.org
  $ git config --global init.defaultBranch master
  $ second=10
  $ at_next_second() {
  >   GIT_AUTHOR_DATE="2007-01-01 00:00:$second +0000" GIT_COMMITTER_DATE="2007-01-01 00:00:$second +0000" "$@"
  >   second=$((second + 1))
  > }

Mercurial ends its messages without a line break and git with one, so that the same commit has different hashes. This
makes hgls write them as Mercurial does, for the nodes below to be those that the extension gives.

  $ export HGLS_MESSAGE_AS_GIVEN=1

A repository with nothing in it yet

  $ git init -q empty
  $ cd empty
  $ hg init --git
  $ hg heads
  [1]
  $ hg tip
  changeset:   -1:000000000000
  tag:         tip
  user:        
  date:        Thu Jan 01 00:00:00 1970 +0000
  
  $ hg log
  $ hg id
  000000000000 tip
  $ echo first > first
  $ hg ci -A -m first -d '0 0'
  adding first
  $ hg log -T '{rev} {bookmarks} {desc}\n'
  0 master first
  $ git log --oneline --name-status --format=%s
  first
  
  A\tfirst (esc)
  $ git status --short
  $ git fsck --strict --no-dangling
  $ cd ..

A repository with two commits, made by git

  $ git init -q foo
  $ cd foo
  $ echo alpha > alpha
  $ git add alpha
  $ at_next_second git commit -q -m 'Add alpha'
  $ echo beta > beta
  $ git add beta
  $ at_next_second git commit -q -m 'Add beta'
  $ echo gamma > gamma

It needs no preparation, and preparing it is harmless

  $ hg status
  ? gamma
  $ hg init --git
  $ hg init --git
  $ git status --short
  ?? gamma
  $ hg id
  3d9be8deba43 tip master
  $ hg status
  ? gamma
  $ hg log
  changeset:   1:3d9be8deba43
  bookmark:    master
  tag:         tip
  user:        test <test@example.org>
  date:        Mon Jan 01 00:00:11 2007 +0000
  summary:     Add beta
  
  changeset:   0:c5864c9d16fb
  user:        test <test@example.org>
  date:        Mon Jan 01 00:00:10 2007 +0000
  summary:     Add alpha
  
  $ hg bookmarks
   * master                    1:3d9be8deba43
  $ hg up master
  0 files updated, 0 files merged, 0 files removed, 0 files unresolved
  $ git symbolic-ref HEAD
  refs/heads/master

The same difference from both

  $ echo blah >> alpha
  $ git diff
  diff --git a/alpha b/alpha
  index 4a58007..faed1b7 100644
  --- a/alpha
  +++ b/alpha
  @@ -1 +1,2 @@
   alpha
  +blah
  $ hg diff --git
  diff --git a/alpha b/alpha
  --- a/alpha
  +++ b/alpha
  @@ -1,1 +1,2 @@
   alpha
  +blah
  $ hg status --all
  M alpha
  ? gamma
  C beta

A file that went missing comes back

  $ rm alpha
  $ hg status
  ! alpha
  ? gamma
  $ hg revert alpha
  $ hg status
  ? gamma
  $ cat alpha
  alpha
  $ git status --short
  ?? gamma

What is tracked, is in git's index

  $ hg add gamma
  $ hg status
  A gamma
  $ hg files
  alpha
  beta
  gamma
  $ git ls-files
  alpha
  beta
  gamma
  $ git status --short
  A  gamma
  $ hg forget gamma
  $ hg status
  ? gamma
  $ git status --short
  ?? gamma
  $ rm gamma

Commits, with Mercurial's dates

  $ echo a >> alpha
  $ hg ci -m 'more alpha' -d '1583558723 18000'
  $ echo b >> beta
  $ hg ci -m 'more beta' -d '0 0'
  $ echo a >> alpha
  $ hg ci -m 'even more alpha' -d '0 0'
  $ hg log -T '{rev}:{node|short}\n'
  4:cf6ddf5d9b8a
  3:980d4f79a9c6
  2:5b2c80b027ce
  1:3d9be8deba43
  0:c5864c9d16fb
  $ git log --format='%h %an <%ae> %ad %s' --date=raw --abbrev=12
  cf6ddf5d9b8a test <test@example.org> 0 +0000 even more alpha
  980d4f79a9c6 test <test@example.org> 0 +0000 more beta
  5b2c80b027ce test <test@example.org> 1583558723 -0500 more alpha
  3d9be8deba43 test <test@example.org> 1167609611 +0000 Add beta
  c5864c9d16fb test <test@example.org> 1167609610 +0000 Add alpha
  $ git status
  On branch master
  nothing to commit, working tree clean
  $ git fsck --strict --no-dangling

The log of a file

  $ hg log -G alpha
  @  changeset:   4:cf6ddf5d9b8a
  :  bookmark:    master
  :  tag:         tip
  :  user:        test <test@example.org>
  :  date:        Thu Jan 01 00:00:00 1970 +0000
  :  summary:     even more alpha
  :
  o  changeset:   2:5b2c80b027ce
  :  user:        test <test@example.org>
  :  date:        Sat Mar 07 00:25:23 2020 -0500
  :  summary:     more alpha
  :
  o  changeset:   0:c5864c9d16fb
     user:        test <test@example.org>
     date:        Mon Jan 01 00:00:10 2007 +0000
     summary:     Add alpha
  
  $ hg log -G beta
  o  changeset:   3:980d4f79a9c6
  :  user:        test <test@example.org>
  :  date:        Thu Jan 01 00:00:00 1970 +0000
  :  summary:     more beta
  :
  o  changeset:   1:3d9be8deba43
  |  user:        test <test@example.org>
  ~  date:        Mon Jan 01 00:00:11 2007 +0000
     summary:     Add beta
  
  $ hg log -r 'children(3d9be8deba43)' -T '{node|short} {children}\n'
  5b2c80b027ce 3:980d4f79a9c6
  $ hg annotate alpha
  0: alpha
  2: a
  4: a
  $ hg annotate beta
  1: beta
  3: b

A file in a folder

  $ mkdir a
  $ echo 'This is file mu.' > a/mu
  $ hg ci -A -m 'Introduce file a/mu' -d '0 0'
  adding a/mu
  $ hg id
  c1a41c49866e tip master
  $ git ls-files
  a/mu
  alpha
  beta
  $ hg files
  a/mu
  alpha
  beta
  $ hg status
  $ git status --short

Short names

  $ hg log -T '{node|short} {shortest(node,1)}\n'
  c1a41c49866e c1
  cf6ddf5d9b8a cf
  980d4f79a9c6 9
  5b2c80b027ce 5b
  3d9be8deba43 3d
  c5864c9d16fb c5
  $ hg log -r c
  abort: ambiguous revision identifier: c
  (write more digits of the node)
  [10]
  $ hg log -r dead
  abort: unknown revision 'dead'
  [10]

What a changeset changed

  $ hg diff -c 3d9be8deba43
  diff --git a/beta b/beta
  new file mode 100644
  --- /dev/null
  +++ b/beta
  @@ -0,0 +1,1 @@
  +beta

Some of the changes of a file, and not the others

  $ printf 'top\nalpha\na\na\nbottom\n' > alpha
  $ hg call hg/commit "{\"message\": \"only the bottom\", \"hunks\": [{\"uri\": \"file://$PWD/alpha\", \"hunks\": [{\"oldStart\": 3, \"oldCount\": 0, \"newStart\": 4, \"newCount\": 1}]}]}" | grep -c '"only the bottom"'
  1
  $ hg diff --git -c .
  diff --git a/alpha b/alpha
  --- a/alpha
  +++ b/alpha
  @@ -1,3 +1,4 @@
   alpha
   a
   a
  +bottom
  $ hg status
  M alpha
  $ hg diff --git
  diff --git a/alpha b/alpha
  --- a/alpha
  +++ b/alpha
  @@ -1,3 +1,4 @@
  +top
   alpha
   a
   a
  $ hg revert --all
  reverting alpha
  $ git status --short

A patch for others

  $ hg export --git -r 1
  # HG changeset patch
  # User test <test@example.org>
  # Date 1167609611 0
  #      Mon Jan 01 00:00:11 2007 +0000
  # Node ID 3d9be8deba43482be2c81a4cb4be1f10d85fa8bc
  # Parent  c5864c9d16fb3431fe2c175ff84dc6accdbb2c18
  Add beta
  
  diff --git a/beta b/beta
  new file mode 100644
  --- /dev/null
  +++ b/beta
  @@ -0,0 +1,1 @@
  +beta
  $ hg export --git -r 1 > ../patch
  $ git init -q ../other && git -C ../other apply --check ../patch

A file that goes

  $ hg rm beta
  $ hg ci -m 'remove beta' -d '0 0'
  $ git ls-files
  a/mu
  alpha
  $ git status --short

Sets of changesets

  $ hg log -r '(.^^):' -T '{rev} {desc}\n'
  5 Introduce file a/mu
  6 only the bottom
  7 remove beta
  $ hg log -r 'heads(.)' -T '{rev} {desc}\n'
  7 remove beta
  $ hg log -r 'last(only(master))' -T '{rev} {desc}\n'
  7 remove beta
  $ hg up 1
  2 files updated, 0 files merged, 1 files removed, 0 files unresolved
  (leaving bookmark master)
  $ hg up master
  2 files updated, 0 files merged, 1 files removed, 0 files unresolved
  (activating bookmark master)
  $ git status --short --branch
  ## master
  $ git fsck --strict --no-dangling
