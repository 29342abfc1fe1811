//! Edits of the working copy and of git's index, in every combination that git's status tells apart.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::random::Random;
use crate::sandbox::Sandbox;

const IGNORE: &str = "*.log\n!keep.log\nbuild/\n/only-here\nspace\\ \n";
const UNTRACKED: &[&str] = &[
    "new",
    "new dir/one",
    "new dir/two",
    "some.log",
    "keep.log",
    "build/out",
    "dir/only-here",
    "only-here",
    "deep/er/x.log",
];

/// Makes about `count` random edits in the sandbox's working copy.
pub fn edit_working_copy(sandbox: &Sandbox, seed: u64, count: usize) {
    let mut random = Random::new(seed ^ 0x5e_ed);
    if random.once_in(2) {
        write(&sandbox.repo().join(".gitignore"), IGNORE.as_bytes());
    }
    let listed = sandbox.git(["ls-files", "-z", "--stage"]);
    let files: Vec<&[u8]> = listed
        .split(|byte| *byte == 0)
        .filter(|row| !row.is_empty() && !row.starts_with(b"160000"))
        .filter_map(|row| row.splitn(2, |byte| *byte == b'\t').nth(1))
        .collect();
    for _ in 0..count {
        let path =
            if random.once_in(3) || files.is_empty() { random.pick(UNTRACKED).as_bytes() } else { random.pick(&files) };
        edit(sandbox, &mut random, OsStr::from_bytes(path));
    }
}

fn edit(sandbox: &Sandbox, random: &mut Random, path: &OsStr) {
    let file = sandbox.repo().join(path);
    let git = |args: &[&str]| {
        // Which of these git refuses depends on what was done before; either way the state is one to look at.
        let _ = sandbox.command("git").arg("--literal-pathspecs").args(args).arg("--").arg(path).output().unwrap();
    };
    match random.below(12) {
        0..=2 => {
            let mut content = fs::read(&file).unwrap_or_default();
            content.extend_from_slice(format!("edit {}\n", random.below(100)).as_bytes());
            write(&file, &content);
        }
        3 => remove(&file),
        4 => {
            let mode = if random.once_in(2) { 0o755 } else { 0o644 };
            if file.is_file() && !file.is_symlink() {
                fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            }
        }
        5 => {
            remove(&file);
            if file.parent().is_some_and(Path::is_dir) {
                let _ = symlink("target", &file);
            }
        }
        6 => git(&["rm", "-q", "--cached"]),
        7 => git(&["rm", "-q", "-f"]),
        8 => git(&["add", "-A"]),
        9 => git(&["add", "-f", "-N"]),
        10 => {
            // A folder where a file was.
            remove(&file);
            write(&file.join("inner"), b"inner\n");
        }
        _ => {
            let content = fs::read(&file).unwrap_or_default();
            remove(&file);
            write(&sandbox.repo().join(format!("moved-{}", random.below(5))), &content);
            if random.once_in(2) {
                let _ = sandbox.command("git").args(["add", "-A"]).output();
            }
        }
    }
}

/// Writes a file unless something that is no folder stands where its folder must be.
fn write(file: &Path, content: &[u8]) {
    if file.is_dir() || file.is_symlink() {
        return;
    }
    if fs::create_dir_all(file.parent().unwrap()).is_ok() {
        fs::write(file, content).unwrap();
    }
}

fn remove(file: &Path) {
    if file.is_dir() && !file.is_symlink() {
        let _ = fs::remove_dir_all(file);
    } else {
        let _ = fs::remove_file(file);
    }
}
