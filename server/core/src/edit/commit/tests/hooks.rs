//! git's hooks and signatures: what they see, what they may do, and that they are never passed over in silence.

use std::time::Duration;

use super::*;

const BASE: &str = "for f in a b c; do echo 1 > $f; done && git add . && git commit -qm base && mkdir -p .git/hooks
     echo 2 > a && echo 2 > b && git add b && echo 3 > c";

/// Writes a hook that the shell runs.
fn hook(scratch: &Scratch, name: &str, script: &str) {
    std::fs::write(scratch.path().join(".git/hooks").join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
    scratch.sh(&format!("chmod +x .git/hooks/{name}"));
}

fn only(names: &[&str]) -> Vec<RepoPath> {
    paths(names)
}

#[test]
fn pre_commit_sees_exactly_what_is_committed() {
    let scratch = repository(BASE);
    hook(
        &scratch,
        "pre-commit",
        "git diff --cached --name-status >seen && git status --porcelain >>seen && pwd >>seen",
    );
    scratch.sh("echo seen > .git/info/exclude");
    done(&scratch, &CommitOptions { paths: &only(&["a"]), ..ALL });
    let root = scratch.path().canonicalize().unwrap();
    assert_eq!(scratch.sh("cat seen"), format!("M\ta\nM  a\n M b\n M c\n{}\n", root.display()));
    assert_eq!(git_status(&scratch), "M. b, .M c");
}

#[test]
fn what_pre_commit_stages_is_committed_and_staged() {
    let scratch = repository(BASE);
    hook(
        &scratch,
        "pre-commit",
        "echo formatted > a && git add a && echo generated > new && git add new && git rm -q --cached c",
    );
    let committed = done(&scratch, &CommitOptions { paths: &only(&["a"]), ..ALL });
    assert_eq!(committed_files(&scratch), "a=formatted b=1 new=generated");
    assert_eq!(git_status(&scratch), "M. b, ?? c");
    let files: Vec<String> =
        committed.outcome.files.iter().map(|file| format!("{:?} {}", file.action, file.path)).collect();
    assert_eq!(files, ["Modified a", "Removed c", "Added new"]);
}

#[test]
fn pre_commit_refuses_with_its_words_and_nothing_has_happened() {
    let scratch = repository(BASE);
    hook(&scratch, "pre-commit", "echo out; echo err >&2; exit 3");
    let (kind, words) = refused(&scratch, &ALL);
    assert_eq!((kind, words.as_str()), (Kind::HookFailed, "pre-commit hook exited with status 3\n  out\n  err"));
    // It may take back all there was.
    hook(&scratch, "pre-commit", "git reset -q HEAD -- . && git read-tree HEAD");
    assert_eq!(refused(&scratch, &ALL).0, Kind::NothingToCommit);
}

#[test]
fn message_hooks_write_and_check_the_message() {
    let scratch = repository(BASE);
    hook(&scratch, "prepare-commit-msg", "echo \"prepared $2\" >> \"$1\"");
    hook(&scratch, "commit-msg", "grep -q prepared \"$1\" && printf '\\n\\n\\nSigned-off-by: x  \\n\\n' >> \"$1\"");
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("git log -1 --format=%B"), "message\nprepared message\n\nSigned-off-by: x\n\n");
    scratch.sh("echo 4 > a");
    done(&scratch, &CommitOptions { message: None, amend: true, ..ALL });
    assert!(scratch.sh("git log -1 --format=%B").contains("prepared commit\n"));
    scratch.sh("echo 5 > a");
    hook(&scratch, "commit-msg", "echo no ticket; false");
    assert_eq!(refused(&scratch, &ALL).1, "commit-msg hook exited with status 1\n  no ticket");
    hook(&scratch, "commit-msg", ": > \"$1\"");
    assert_eq!(refused(&scratch, &ALL).1, "empty commit message");
}

#[test]
fn hooks_know_whose_commit_it_is_and_nothing_of_another_repository() {
    let scratch = repository(BASE);
    hook(&scratch, "commit-msg", "env | grep -E '^GIT_' | grep -v -e INDEX_FILE -e EXEC_PATH | sort > .git/seen");
    done(&scratch, &CommitOptions { user: Some("É <e@f>"), date: Some("10 -3600"), ..ALL });
    let expected = "GIT_AUTHOR_DATE=@10 +0100\nGIT_AUTHOR_EMAIL=e@f\nGIT_AUTHOR_NAME=É\nGIT_EDITOR=:\nGIT_PREFIX=\n";
    let seen = scratch.sh("cat .git/seen");
    let of_git = |line: &&str| {
        ["GIT_AUTHOR", "GIT_EDITOR", "GIT_PREFIX", "GIT_DIR", "GIT_WORK"].iter().any(|name| line.starts_with(name))
    };
    assert_eq!(seen.lines().filter(of_git).map(|line| format!("{line}\n")).collect::<String>(), expected);
}

#[test]
fn post_commit_comes_after_and_cannot_refuse() {
    let scratch = repository(BASE);
    hook(&scratch, "post-commit", "git rev-parse HEAD > .git/seen; git add c; echo late >&2; exit 1");
    let committed = done(&scratch, &CommitOptions { paths: &only(&["a"]), ..ALL });
    assert_eq!(scratch.sh("cat .git/seen").trim(), committed.node.to_hex());
    let warnings: Vec<String> = committed.outcome.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["post-commit hook exited with status 1\n  late"]);
    assert_eq!(git_status(&scratch), "M. b, M. c");
}

#[test]
fn post_rewrite_is_told_of_an_amended_commit_as_git_tells_it() {
    let tells = "{ echo \"$0 $# $1\"; cat; echo \"$GIT_INDEX_FILE $GIT_AUTHOR_NAME\"; pwd; } >> .git/seen";
    let seen_by = |amend: &dyn Fn(&Scratch)| {
        let scratch = repository(BASE);
        for name in ["post-commit", "post-rewrite"] {
            hook(&scratch, name, tells);
        }
        let old = scratch.node("HEAD").to_hex();
        amend(&scratch);
        let new = scratch.node("HEAD").to_hex();
        let root = scratch.path().canonicalize().unwrap().display().to_string();
        let seen = scratch.sh("grep -v index .git/seen");
        // Where the hooks lie, git says from the working copy, and hgls from the root.
        let seen = seen.replace(&format!("{root}/.git"), ".git");
        seen.replace(&root, "ROOT").replace(&old, "OLD").replace(&new, "NEW")
    };
    let seen = seen_by(&|scratch| _ = done(scratch, &CommitOptions { amend: true, ..ALL }));
    assert_eq!(seen, seen_by(&|scratch| _ = scratch.sh("git commit -q -a --amend -m message --author 'test <x@y>'")));
    assert!(seen.contains(".git/hooks/post-rewrite 1 amend\nOLD NEW\n"), "{seen}");
    // Not of a commit that takes nobody's place; and what it says comes too late.
    let scratch = repository(BASE);
    hook(&scratch, "post-rewrite", "touch .git/ran; echo no; exit 1");
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("ls .git/ran 2>/dev/null || true"), "");
    scratch.sh("echo 9 > a");
    let committed = done(&scratch, &CommitOptions { amend: true, ..ALL });
    let warnings: Vec<String> = committed.outcome.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["post-rewrite hook exited with status 1\n  no"]);
    // Where it may not run nothing is amended.
    let node = scratch.node("HEAD");
    scratch.sh("echo 10 > a");
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    let error = commit(&repository, &CommitOptions { amend: true, ..ALL }, &Cancel::new(), &NoProgress).unwrap_err();
    assert_eq!((error.kind(), scratch.node("HEAD")), (Kind::UntrustedRepository, node));
}

#[test]
fn hooks_are_where_the_configuration_says() {
    let scratch = repository(BASE);
    hook(&scratch, "pre-commit", "exit 1");
    scratch.sh("git config core.hooksPath my/hooks && mkdir -p my/hooks && echo '/my' > .git/info/exclude");
    std::fs::write(scratch.path().join("my/hooks/pre-commit"), "echo ran without a first line > .git/seen").unwrap();
    // One that cannot be run is passed over, as git does.
    let committed = done(&scratch, &CommitOptions { paths: &only(&["a"]), ..ALL });
    assert!(committed.outcome.warnings[0].to_string().contains("'pre-commit' hook was ignored"));
    scratch.sh("chmod +x my/hooks/pre-commit");
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("cat .git/seen"), "ran without a first line\n");
}

#[test]
fn a_repository_that_is_not_trusted_runs_nothing_and_commits_nothing() {
    for name in ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"] {
        let scratch = repository(BASE);
        hook(&scratch, name, "touch .git/ran");
        let repository = Repository::open(scratch.path(), Options::default()).unwrap();
        let error = commit(&repository, &ALL, &Cancel::new(), &NoProgress).unwrap_err();
        assert_eq!((error.kind(), error.hint().is_some()), (Kind::UntrustedRepository, true), "{name}");
        assert_eq!(scratch.sh("git log --format=%s; ls .git/ran 2>/dev/null || true"), "base\n");
    }
    let scratch = repository(&format!("{BASE}\ngit config commit.gpgSign true"));
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    let error = commit(&repository, &ALL, &Cancel::new(), &NoProgress).unwrap_err();
    assert_eq!(error.kind(), Kind::UntrustedRepository);
}

#[test]
fn a_hook_that_takes_its_time_can_be_cancelled() {
    let scratch = repository(BASE);
    hook(&scratch, "pre-commit", "touch .git/begun; sleep 60");
    let cancel = Cancel::new();
    let (tripping, begun) = (cancel.clone(), scratch.path().join(".git/begun"));
    let tripper = std::thread::spawn(move || {
        while !begun.exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        tripping.trip();
    });
    let before = scratch.sh("git ls-files -s --debug");
    let repository = Repository::open(scratch.path(), Options { trusted: true, ..Options::default() }).unwrap();
    assert_eq!(commit(&repository, &ALL, &cancel, &NoProgress).unwrap_err().kind(), Kind::Cancelled);
    tripper.join().unwrap();
    assert_eq!(scratch.sh("git ls-files -s --debug; git log --format=%s"), before + "base\n");
    sound(&scratch);
}

#[test]
fn what_git_does_while_a_hook_runs_is_not_lost() {
    let scratch = repository(BASE);
    // Without the index, git can move a branch all the same.
    hook(&scratch, "commit-msg", "git update-ref refs/heads/main $(git commit-tree -p HEAD -m other HEAD^{tree})");
    let error = run(&scratch, &ALL).unwrap_err();
    assert_eq!(error.kind(), Kind::RepositoryChanged);
    assert_eq!(scratch.sh("git log --format=%s"), "other\nbase\n");
    assert_eq!(git_status(&scratch), ".M a, M. b, .M c");
    sound(&scratch);
}

#[test]
fn commits_are_signed_with_ssh_and_git_finds_them_good() {
    let scratch = repository(BASE);
    scratch.sh(
        "ssh-keygen -q -t ed25519 -N '' -f .git/key && git config gpg.format ssh && git config commit.gpgSign true
         git config user.signingKey \"$PWD/.git/key\" && printf 'test@example.org ' > .git/allowed
         cat .git/key.pub >> .git/allowed && git config gpg.ssh.allowedSignersFile \"$PWD/.git/allowed\"",
    );
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("git log -1 --format='%G? %GS %B'"), "G test@example.org message\n\n");
    scratch.sh("echo 5 > a");
    done(&scratch, &CommitOptions { message: None, amend: true, ..ALL });
    assert_eq!(scratch.sh("git verify-commit HEAD 2>&1 | grep -c 'Good \"git\" signature'"), "1\n");
    scratch.sh("echo 6 > a && git config user.signingKey /nowhere/key");
    let (kind, words) = refused(&scratch, &ALL);
    assert!(kind == Kind::SigningFailed && words.contains("/nowhere/key"), "{words}");
}

#[test]
fn commits_are_signed_by_the_program_that_is_named() {
    let scratch = repository(BASE);
    // In gpg's place: signs with what it is given, and says so in gpg's way.
    std::fs::write(
        scratch.path().join(".git/gpg"),
        "#!/bin/sh\necho \"$@\" > .git/arguments\ncat > .git/payload\n\
         echo '-----BEGIN PGP SIGNATURE-----'; echo; echo made up; echo '-----END PGP SIGNATURE-----'\n\
         echo '[GNUPG:] SIG_CREATED D' >&2\n",
    )
    .unwrap();
    scratch.sh("chmod +x .git/gpg && git config gpg.program \"$PWD/.git/gpg\" && git config commit.gpgSign true");
    scratch.sh(&format!("cd {} && true", scratch.path().display()));
    let sign = |scratch: &Scratch| {
        let folder = scratch.path().display();
        scratch.sh(&format!("sed -i 's|> .git/|> {folder}/.git/|' .git/gpg"));
        done(scratch, &ALL)
    };
    sign(&scratch);
    assert_eq!(scratch.sh("cat .git/arguments"), "--status-fd=2 -bsau test <test@example.org>\n");
    let raw = scratch.sh("git cat-file commit HEAD");
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n made up\n -----END PGP SIGNATURE-----\n";
    assert_eq!(raw.replace(signature, ""), scratch.sh("cat .git/payload"));
    assert!(raw.contains(signature));
    std::fs::write(scratch.path().join(".git/gpg"), "#!/bin/sh\necho 'gpg: no secret key' >&2\nexit 2\n").unwrap();
    scratch.sh("echo 9 > a");
    let (kind, words) = refused(&scratch, &ALL);
    assert!(kind == Kind::SigningFailed && words.ends_with("gpg: no secret key"), "{words}");
}
