//! Commits of random parts of random working copies: what is committed is what git's plumbing makes of the same rule, and
//! nothing else changes, in the index, on disk, or anywhere.

use std::collections::BTreeMap;

use super::*;
use crate::testing::Random;

const NAMES: [&str; 10] = ["a", "b", "d/x", "d/y", "d/e/z", "e", "e/f", "g", "h i", "d-e"];

fn disturb(random: &mut Random) -> String {
    let name = NAMES[random.below(NAMES.len())];
    let content = random.below(4);
    let write = format!("mkdir -p \"$(dirname '{name}')\" && echo {content} > '{name}'");
    match random.below(13) {
        0..4 => write,
        4..6 => format!("{write} && git add '{name}'"),
        6 => format!("{write} && git add '{name}' && echo other > '{name}'"),
        7 => format!("rm -rf '{name}'"),
        8 => format!("git rm -rqf --cached '{name}'"),
        9 => format!("git rm -rqf '{name}'"),
        10 => format!("chmod +x '{name}'"),
        11 => format!("ln -sfn target '{name}'"),
        _ => format!("git add -N '{name}'"),
    }
}

type Files = BTreeMap<String, String>;

fn entries(scratch: &Scratch, command: &str) -> Files {
    let split = |line: &str| line.split_once('\t').map(|(entry, path)| (path.to_owned(), entry.to_owned()));
    scratch.sh(command).split_terminator('\0').filter_map(split).collect()
}

/// The tree by the plainest rule: of `HEAD`, each chosen path as it is on disk if it is tracked, or gone if it is not.
fn expected_tree(scratch: &Scratch, is_chosen: impl Fn(&str) -> bool) -> String {
    let head = entries(scratch, "git ls-tree -rz --format='%(objectmode) %(objectname)%x09%(path)' HEAD");
    let tracked: Vec<String> = scratch.sh("git ls-files -z").split_terminator('\0').map(str::to_owned).collect();
    let mut script = "export GIT_INDEX_FILE=.git/expected; rm -f .git/expected; git read-tree HEAD\n".to_owned();
    for path in head.keys().filter(|path| is_chosen(path) && !tracked.contains(path)) {
        script += &format!("git update-index --force-remove '{path}'\n");
    }
    for path in tracked.iter().filter(|path| is_chosen(path)) {
        // Behind a link, and where a folder is, there is no file.
        script += &format!(
            "if [ \"$(realpath -s \"$(dirname '{path}')\")\" != \"$(realpath -m \"$(dirname '{path}')\")\" ]; then :
             elif [ -L '{path}' ]; then git update-index --add --replace --cacheinfo \
                 \"120000,$(printf %s \"$(readlink '{path}')\" | git hash-object -w --stdin),{path}\"
             elif [ -f '{path}' ] && [ -x '{path}' ]; then git update-index --add --replace --cacheinfo \
                 \"100755,$(git hash-object -w '{path}'),{path}\"
             elif [ -f '{path}' ]; then git update-index --add --replace --cacheinfo \
                 \"100644,$(git hash-object -w '{path}'),{path}\"; fi\n"
        );
    }
    scratch.sh(&format!("{script} git write-tree; rm .git/expected")).trim().to_owned()
}

/// All that git shows of each entry of the index.
fn index_of(scratch: &Scratch) -> Files {
    let text = scratch.sh("git ls-files -s -v --debug");
    let mut files = Files::new();
    let mut path = String::new();
    for line in text.lines() {
        if let Some((entry, name)) = line.split_once('\t').filter(|_| !line.starts_with(' ')) {
            path = name.to_owned();
            files.insert(path.clone(), entry.to_owned());
        } else if let Some(entry) = files.get_mut(&path) {
            *entry += line;
        }
    }
    files
}

#[test]
fn random_parts_of_random_working_copies() {
    let (mut commits, mut refusals) = (0, 0);
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let scratch =
            repository("echo 1 > a && mkdir d && echo 1 > d/x && echo 1 > g && git add . && git commit -qm 0");
        let mut log = Vec::new();
        for _ in 0..6 {
            for _ in 0..5 {
                let action = disturb(&mut random);
                scratch.sh(&format!("({action}) >/dev/null 2>&1 || true"));
                log.push(action);
            }
            let chosen: Vec<&str> = match random.below(3) {
                0 => Vec::new(),
                _ => (0..=random.below(3))
                    .map(|_| [NAMES[random.below(NAMES.len())], "d", "e"][random.below(3)])
                    .collect(),
            };
            let chosen = paths(&chosen);
            log.push(format!("commit {chosen:?}"));
            let context = || format!("seed {seed}, after\n{}", log.join("\n"));
            let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|path_| path(name).is_within(path_));
            let expected = expected_tree(&scratch, is_chosen);
            let (head, index) = (scratch.node("HEAD"), index_of(&scratch));
            let disk = scratch
                .sh("find . -path ./.git -prune -o -printf '%P %y %m %l %T@\\n' | sort; cat a 2>/dev/null || true");
            let outcome = run(&scratch, &CommitOptions { paths: &chosen, ..ALL });
            assert_eq!(
                scratch
                    .sh("find . -path ./.git -prune -o -printf '%P %y %m %l %T@\\n' | sort; cat a 2>/dev/null || true"),
                disk,
                "{}",
                context()
            );
            match outcome {
                Ok(committed) => {
                    commits += 1;
                    assert_eq!(scratch.sh("git rev-parse HEAD^{tree}").trim(), expected, "{}", context());
                    assert_eq!(scratch.node("HEAD^"), head, "{}", context());
                    // Entries of other paths are the same to the last bit.
                    let others = |index: &Files| -> Files {
                        index
                            .iter()
                            .filter(|(name, _)| !is_chosen(name))
                            .map(|(name, entry)| (name.clone(), entry.clone()))
                            .collect()
                    };
                    let now = index_of(&scratch);
                    assert_eq!(others(&now), others(&index), "{}", context());
                    assert!(now.keys().eq(index.keys()), "{}", context());
                    assert!(committed.outcome.files.iter().all(|file| is_chosen(&file.path.to_string())));
                }
                Err(error) => {
                    refusals += 1;
                    let kinds = [Kind::NothingToCommit, Kind::NotTracked, Kind::FileMissing];
                    assert!(kinds.contains(&error.kind()), "{error}, {}", context());
                    assert_eq!((scratch.node("HEAD"), index_of(&scratch)), (head, index), "{}", context());
                    if error.kind() == Kind::NothingToCommit {
                        assert_eq!(scratch.sh("git rev-parse HEAD^{tree}").trim(), expected, "{}", context());
                    }
                }
            }
        }
        sound(&scratch);
    }
    assert!(commits > 20 && refusals > 5, "{commits} commits, {refusals} refusals");
}
