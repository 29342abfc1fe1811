//! A folder of its own for each test, and an environment in which nothing of the user's reaches git or hgls.
//!
//! Knows how to run commands and what they are given; knows nothing of messages.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::binary;

/// The first second of the sandbox's time: the author of the first test of Mercurial's git extension chose it.
pub const EPOCH: i64 = 1_167_609_600;

const GITCONFIG: &str = "\
[init]\n\tdefaultBranch = main\n[user]\n\tname = user test\n\temail = test@example.org\n\
[advice]\n\tdetachedHead = false\n[protocol \"file\"]\n\tallow = always\n\
[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";

/// A temporary folder with a home and a place for a repository, removed when dropped.
pub struct Sandbox {
    _folder: TempDir,
    top: PathBuf,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// A sandbox with an empty folder `repo`, which is no repository yet.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("hgls-").tempdir().expect("a temporary folder");
        let top = folder.path().canonicalize().unwrap();
        for name in ["home", "repo"] {
            std::fs::create_dir(top.join(name)).unwrap();
        }
        std::fs::write(top.join("home/.gitconfig"), GITCONFIG).unwrap();
        Self { _folder: folder, top }
    }

    /// The folder that holds everything, without symbolic links.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The folder of the repository.
    pub fn repo(&self) -> PathBuf {
        self.top.join("repo")
    }

    /// Makes another user the owner of the repository. `false` where that is not allowed.
    pub fn give_repository_to(&self, user: u32) -> bool {
        let given = |path: &Path| std::os::unix::fs::lchown(path, Some(user), None).is_ok();
        given(&self.repo()) && given(&self.repo().join(".git"))
    }

    /// A command in the repository's folder, with the sandbox's environment and none of the user's.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let home = self.top.join("home");
        let mut path = binary::hgls().parent().unwrap().as_os_str().to_owned();
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        let mut command = Command::new(program);
        command
            .current_dir(self.repo())
            .env_clear()
            .env("PATH", path)
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("TZ", "UTC")
            .env("LC_ALL", "C")
            .env("RUST_BACKTRACE", "1")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", &self.top)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_EDITOR", "true")
            .env("GIT_AUTHOR_DATE", format!("{EPOCH} +0000"))
            .env("GIT_COMMITTER_DATE", format!("{EPOCH} +0000"));
        command
    }

    /// What `git ARGS` prints in the repository. Panics when git fails.
    pub fn git<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Vec<u8> {
        self.git_with_input(args, b"")
    }

    /// As [`Sandbox::git`], trimmed, as text.
    pub fn git_line<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        String::from_utf8(self.git(args)).expect("git prints UTF-8 here").trim_end().to_owned()
    }

    /// As [`Sandbox::git`], with something on git's standard input.
    pub fn git_with_input<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, input: &[u8]) -> Vec<u8> {
        let mut command = self.command("git");
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("git can be started");
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        let _ = writer.join();
        assert!(output.status.success(), "{command:?}:\n{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

/// A `sh` that lives as long as a session: what one step sets, the next one sees.
pub struct Shell {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    errors: PathBuf,
}

/// What a step of the shell did.
pub struct Outcome {
    /// What it printed, line by line.
    pub lines: Vec<String>,
    /// Its exit code.
    pub code: i32,
    /// What it printed to standard error.
    pub errors: String,
}

/// Every git command that makes a commit or a tag happens one second after the one before.
const PRELUDE: &str = r#"
clock=1167609609
tick() { clock=$((clock + ${1:-1})); export GIT_AUTHOR_DATE="$clock +0000" GIT_COMMITTER_DATE="$clock +0000"; }
git() {
  case " $* " in *" commit "*|*" merge "*|*" tag "*|*" cherry-pick "*|*" revert "*|*" rebase "*|*" commit-tree "*) tick ;; esac
  command git "$@"
}
commit() { git add -A && git commit -q --allow-empty -m "$@"; }
"#;

const MARK: &str = "@@ end of step:";

impl Shell {
    /// Starts the shell in the sandbox's repository folder.
    pub fn start(sandbox: &Sandbox) -> Self {
        let errors = sandbox.top().join("stderr");
        let mut child = sandbox
            .command("sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("sh can be started");
        let mut stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        stdin.write_all(PRELUDE.as_bytes()).unwrap();
        Self { child, stdin, stdout, errors }
    }

    /// Runs `script`, which may have several lines, and waits for it.
    pub fn run(&mut self, script: &str) -> Outcome {
        let errors = self.errors.display();
        // The mark begins a line of its own whatever the script printed; the line break before it is taken off again.
        writeln!(self.stdin, "{{ {script}\n}} </dev/null 2>'{errors}'\nprintf '\\n{MARK}%d\\n' $?").unwrap();
        self.stdin.flush().unwrap();
        let mut printed = Vec::new();
        let code = loop {
            let start = printed.len();
            let read = self.stdout.read_until(b'\n', &mut printed).unwrap();
            assert!(read > 0, "the shell ended during: {script}");
            if let Some(code) = printed[start..].strip_prefix(MARK.as_bytes()) {
                let code = String::from_utf8_lossy(code).trim().parse().unwrap();
                printed.truncate(start - 1);
                break code;
            }
        };
        let errors = String::from_utf8_lossy(&std::fs::read(&self.errors).unwrap_or_default()).into_owned();
        Outcome { lines: String::from_utf8_lossy(&printed).lines().map(str::to_owned).collect(), code, errors }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
