//! Commits signed by the real programs, which `git verify-commit` has to find good: OpenPGP by `gpg`, X.509 by `gpgsm`, SSH
//! by `ssh-keygen`; and keys that ask for a passphrase, which must not keep anybody waiting for ever.
//!
//! Every test has keys, and agents to hold them, of its own; no agent outlives its test.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hgls_tests::client::{Client, PATIENCE, file_uri};
use hgls_tests::packages;
use hgls_tests::sandbox::Sandbox;
use serde_json::{Value, json};

const WHO: &str = "user test <test@example.org>";

/// A repository that wants its commits signed, with a folder for keys.
struct Place {
    sandbox: Sandbox,
    /// Programs that hold keys, ended with it.
    agents: Vec<Child>,
}

impl Place {
    /// With these settings of git's.
    fn new(settings: &[(&str, &str)]) -> Self {
        let sandbox = Sandbox::new();
        sandbox.git(["init", "-q"]);
        for (name, value) in [("commit.gpgSign", "true")].iter().chain(settings) {
            sandbox.git(["config", name, value]);
        }
        fs::write(sandbox.repo().join("file"), "one\n").unwrap();
        sandbox.git(["add", "-A"]);
        sandbox.git(["commit", "-q", "--no-gpg-sign", "-m", "not signed"]);
        let place = Self { sandbox, agents: Vec::new() };
        fs::create_dir(place.keys()).unwrap();
        fs::set_permissions(place.keys(), Permissions::from_mode(0o700)).unwrap();
        place
    }

    /// One whose `gpg` has a key of the user, with this passphrase, which agents ask for by a program of these lines.
    fn with_gpg(settings: &[(&str, &str)], passphrase: &str, pinentry: &str) -> Self {
        packages::need(&["gpg", "gpg-agent", "gpgconf"], &["gnupg"]);
        let place = Self::new(settings);
        let program = place.script("pinentry", pinentry);
        fs::write(place.keys().join("gpg-agent.conf"), format!("pinentry-program {}\n", program.display())).unwrap();
        let quick = ["--quick-generate-key", WHO, "ed25519", "sign", "never"];
        let batch = ["--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase];
        place.run("gpg", &[&batch[..], &quick].concat(), "");
        // It has the passphrase in mind.
        place.run("gpgconf", &["--kill", "all"], "");
        place
    }

    fn keys(&self) -> PathBuf {
        self.sandbox.top().join("keys")
    }

    /// A program of these lines, and where it is.
    fn script(&self, name: &str, lines: &str) -> PathBuf {
        let path = self.sandbox.top().join(name);
        fs::write(&path, format!("#!/bin/sh\ncd {}\n{lines}\n", self.sandbox.top().display())).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.sandbox.command(program);
        command.env("GNUPGHOME", self.keys());
        command
    }

    /// What a command prints that must succeed.
    fn run(&self, program: &str, args: &[&str], input: &str) -> String {
        let mut command = self.command(program);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Dropped at once, which ends the input.
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{command:?}:\n{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A server that may run programs, with more in its environment.
    fn server(&self, environment: &[(&str, &Path)]) -> Client {
        let mut command = self.command("hgls");
        command.args(["serve", "--stdio"]).envs(environment.iter().copied());
        let mut client = Client::spawn(command);
        client.initialize(&self.sandbox.repo(), &json!({"initializationOptions": {"trusted": true}}));
        client
    }

    fn edit(&self) {
        let file = self.sandbox.repo().join("file");
        let longer = fs::read_to_string(&file).unwrap() + "more\n";
        fs::write(file, longer).unwrap();
    }

    /// A commit of an edit and another in its place are made, and git finds them good.
    fn commits_are_good(&self, client: &mut Client) {
        for amend in [false, true] {
            self.edit();
            client.ask("hg/commit", json!({"message": "signed\n\nand more", "amend": amend}));
            self.run("git", &["verify-commit", "HEAD"], "");
            assert_eq!(self.run("git", &["log", "-1", "--format=%G?"], ""), "G\n");
        }
        assert_eq!(self.run("git", &["rev-list", "--count", "HEAD"], ""), "2\n");
        assert_eq!(self.run("git", &["status", "--porcelain"], ""), "");
        self.run("git", &["fsck", "--strict"], "");
    }

    /// A commit is refused, with these words, and nothing has changed.
    fn commit_is_refused(&self, client: &mut Client, words: &str) {
        self.edit();
        let error = client.request("hg/commit", json!({"message": "not to be"})).unwrap_err();
        assert_eq!(error["data"]["kind"], "signingFailed", "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.starts_with("cannot sign the commit: ") && message.contains(words), "{message}");
        self.nothing_was_committed();
    }

    /// Waits until somebody is asked for a passphrase.
    fn asked(&self, client: &Client) {
        let end = Instant::now() + PATIENCE;
        while !self.sandbox.top().join("asked").exists() {
            assert!(Instant::now() < end, "the passphrase is not asked for; stderr:\n{}", client.stderr());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn nothing_was_committed(&self) {
        assert_eq!(self.run("git", &["log", "--format=%s"], ""), "not signed\n");
        assert_eq!(self.run("git", &["status", "--porcelain"], ""), " M file\n");
        assert!(!self.sandbox.repo().join(".git/index.lock").exists());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for agent in &mut self.agents {
            let _ = agent.kill();
            let _ = agent.wait();
        }
        // Asked to end, an agent waits for whoever it serves.
        let _ = self.command("gpgconf").args(["--kill", "all"]).output();
        let left = processes_with(&self.keys());
        if !left.is_empty() {
            let _ = Command::new("kill").arg("-9").args(&left).status();
        }
    }
}

/// The processes, where the system tells, that were started with `path` in their arguments.
fn processes_with(path: &Path) -> Vec<String> {
    let numbers = fs::read_dir("/proc").into_iter().flatten().flatten().map(|process| process.file_name());
    let numbers = numbers.filter_map(|number| number.into_string().ok());
    let command = |number: &String| fs::read_to_string(format!("/proc/{number}/cmdline")).unwrap_or_default();
    numbers.filter(|number| command(number).contains(path.to_str().unwrap())).collect()
}

#[test]
fn no_agent_outlives_its_test() {
    let waiting = pinentry("GETPIN) : > asked; while kill -0 $PPID; do sleep 0.1; done ;;");
    let place = Place::with_gpg(&[], "secret", &waiting);
    place.edit();
    let mut client = place.server(&[]);
    client.send_request("hg/commit", json!({"message": "not to be"}));
    place.asked(&client);
    let keys = place.keys();
    assert!(!Path::new("/proc/self").exists() || !processes_with(&keys).is_empty());
    drop((client, place));
    let end = Instant::now() + PATIENCE;
    while !processes_with(&keys).is_empty() {
        assert!(Instant::now() < end, "agents are left: {:?}", processes_with(&keys));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What a pinentry does at each command of its agent, `$command`, until it is told to end.
fn pinentry(answers: &str) -> String {
    format!(
        "echo OK
         while read -r command rest; do
           case $command in
             {answers}
             BYE) echo OK; exit ;;
             *) echo OK ;;
           esac
         done"
    )
}

/// Nobody should be asked.
const NOBODY: &str = "echo asked >> asked; exit 1";

#[test]
fn openpgp() {
    let place = Place::with_gpg(&[], "", NOBODY);
    place.commits_are_good(&mut place.server(&[]));
    // With a key that is named, and in Mercurial's words of who commits.
    let listed = place.run("gpg", &["--list-secret-keys", "--with-colons"], "");
    let key = listed.lines().find_map(|line| line.strip_prefix("fpr:")).unwrap().trim_matches(':');
    place.sandbox.git(["config", "user.signingKey", key]);
    place.edit();
    let params = json!({"message": "by another", "user": "Somebody <else@example.org>", "date": "0 0"});
    place.server(&[]).ask("hg/commit", params);
    place.run("git", &["verify-commit", "HEAD"], "");
    assert!(!place.sandbox.top().join("asked").exists());
}

#[test]
fn openpgp_without_a_key() {
    let place = Place::with_gpg(&[("user.signingKey", "nobody@example.org")], "", NOBODY);
    place.commit_is_refused(&mut place.server(&[]), "gpg: signing failed: No secret key");
}

#[test]
fn openpgp_with_a_passphrase() {
    let place = Place::with_gpg(&[], "secret", &pinentry("GETPIN) echo D secret; echo OK ;;"));
    place.commits_are_good(&mut place.server(&[]));
}

#[test]
fn a_passphrase_that_is_not_given_is_a_refusal() {
    let cancelled = pinentry("GETPIN) echo 'ERR 83886179 Operation cancelled' ;;");
    let place = Place::with_gpg(&[], "secret", &cancelled);
    place.commit_is_refused(&mut place.server(&[]), "gpg: signing failed: Operation cancelled");
    let place = Place::with_gpg(&[], "secret", "exit 1");
    place.commit_is_refused(&mut place.server(&[]), "gpg: signing failed: ");
}

#[test]
fn a_passphrase_that_nobody_types_can_be_given_up() {
    // It waits as long as its agent lives.
    let waiting = pinentry("GETPIN) : > asked; while kill -0 $PPID; do sleep 0.1; done ;;");
    let place = Place::with_gpg(&[], "secret", &waiting);
    let mut client = place.server(&[]);
    place.edit();
    let id = client.send_request("hg/commit", json!({"message": "not to be"}));
    place.asked(&client);
    // Whoever only looks does not wait meanwhile.
    assert_eq!(client.ask("hg/status", json!({}))["entries"][0]["path"], "file");
    client.notify("$/cancelRequest", json!({"id": id}));
    let error = client.answer(id, "hg/commit").unwrap_err();
    assert_eq!(error["data"]["kind"], "cancelled", "{error}");
    place.nothing_was_committed();
}

#[test]
fn x509() {
    packages::need(&["gpgsm", "gpg-agent", "gpgconf"], &["gpgsm", "gnupg"]);
    let place = Place::new(&[("gpg.format", "x509")]);
    let keys = place.keys();
    let wanted = "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign, cert\nSerial: random\nName-DN: CN=user test\n\
                  Name-Email: test@example.org\nNot-After: 2999-01-01\n";
    fs::write(keys.join("wanted"), wanted).unwrap();
    let (wanted, made) = (keys.join("wanted"), keys.join("made"));
    let batch = ["--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--output", made.to_str().unwrap()];
    place.run("gpgsm", &[&batch[..], &["--generate-key", wanted.to_str().unwrap()]].concat(), "\n");
    place.run("gpgsm", &["--batch", "--import", made.to_str().unwrap()], "");
    let listed = place.run("gpgsm", &["--batch", "--list-keys", "--with-colons"], "");
    let key = listed.lines().find_map(|line| line.strip_prefix("fpr:")).unwrap().trim_start_matches(':');
    let key = key.split(':').next().unwrap();
    place.sandbox.git(["config", "user.signingKey", key]);
    // Nobody issues lists of what this certificate's owner revoked.
    fs::write(keys.join("gpgsm.conf"), "disable-crl-checks\n").unwrap();
    fs::write(keys.join("trustlist.txt"), format!("{key} S relax\n")).unwrap();
    place.run("gpgconf", &["--kill", "all"], "");
    place.commits_are_good(&mut place.server(&[]));

    place.sandbox.git(["config", "user.signingKey", "nobody@example.org"]);
    place.edit();
    let error = place.server(&[]).request("hg/commit", json!({"message": "not to be"})).unwrap_err();
    assert!(error["message"].as_str().unwrap().contains("can't sign using 'nobody@example.org'"), "{error}");
}

/// A repository whose commits are to be signed with a key of SSH that has this passphrase, and where that is.
fn with_ssh(passphrase: &str) -> (Place, PathBuf) {
    packages::need(&["ssh-keygen", "ssh-agent", "ssh-add"], &["openssh-client"]);
    let place = Place::new(&[("gpg.format", "ssh")]);
    let key = place.keys().join("key");
    place.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", passphrase, "-C", "a key", "-f", key.to_str().unwrap()], "");
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    let allowed = place.keys().join("allowed");
    fs::write(&allowed, format!("test@example.org {public}")).unwrap();
    place.sandbox.git(["config", "gpg.ssh.allowedSignersFile", allowed.to_str().unwrap()]);
    place.sandbox.git(["config", "user.signingKey", key.to_str().unwrap()]);
    (place, key)
}

#[test]
fn ssh() {
    let (place, _) = with_ssh("");
    place.commits_are_good(&mut place.server(&[]));
    place.sandbox.git(["config", "user.signingKey", "/nowhere/key"]);
    place.edit();
    let error = place.server(&[]).request("hg/commit", json!({"message": "not to be"})).unwrap_err();
    assert!(error["message"].as_str().unwrap().contains("/nowhere/key"), "{error}");
}

#[test]
fn ssh_with_a_key_that_its_agent_has() {
    let (mut place, key) = with_ssh("");
    let socket = place.keys().join("agent");
    let mut agent = place.command("ssh-agent");
    agent.args(["-D", "-a"]).arg(&socket).stdout(Stdio::null());
    place.agents.push(agent.spawn().unwrap());
    let end = Instant::now() + PATIENCE;
    while !socket.exists() {
        assert!(Instant::now() < end, "ssh-agent does not begin");
        std::thread::sleep(Duration::from_millis(10));
    }
    let added = place.command("ssh-add").env("SSH_AUTH_SOCK", &socket).arg("-q").arg(&key).status().unwrap();
    assert!(added.success());
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    fs::remove_file(key).unwrap();
    place.sandbox.git(["config", "user.signingKey", &format!("key::{}", public.trim())]);
    place.commits_are_good(&mut place.server(&[("SSH_AUTH_SOCK", &socket)]));
}

#[test]
fn ssh_with_a_passphrase() {
    let (place, _) = with_ssh("secret");
    // Whatever terminal the server was started from, it is not asked there.
    place.commit_is_refused(&mut place.server(&[("SSH_ASKPASS", Path::new("/nowhere/askpass"))]), "passphrase");
    let asks = place.script("askpass", "echo secret");
    place.commits_are_good(&mut place.server(&[("SSH_ASKPASS", &asks)]));
}

#[test]
fn a_repository_that_is_not_trusted_has_nothing_run() {
    let place = Place::new(&[("gpg.program", "/nowhere/gpg")]);
    place.edit();
    let mut client = Client::initialized(&place.sandbox);
    let error = client.request("hg/commit", json!({"message": "not to be"})).unwrap_err();
    assert_eq!(error["data"]["kind"], "untrustedRepository", "{error}");
    place.nothing_was_committed();
    let uri = file_uri(place.sandbox.repo().as_os_str().as_encoded_bytes());
    assert_eq!(client.ask("hg/identify", json!({"root": uri}))["dirty"], Value::Bool(true));
}
