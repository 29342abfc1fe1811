//! Commits signed, as git signs them: with OpenPGP, X.509 or SSH, by the programs that the configuration names. Knows
//! bytes, and nothing of what they say.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use bstr::ByteSlice as _;

use super::programs::{Finished, Output, run};
use super::{Error, Handle, Location};
use crate::cancel::{Cancel, Cancelled};

/// How commits are signed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    format: Format,
    /// The program that signs.
    pub program: String,
    /// `user.signingKey`.
    key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    OpenPgp,
    X509,
    Ssh,
}

/// Why there is no signature.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody waits for it any more.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A reason for people: the program's words.
    #[error("{0}")]
    Refused(String),
}

impl Handle {
    /// How commits are signed; `None` when they are not.
    ///
    /// # Errors
    /// A reason for people, when the configuration makes no sense.
    pub fn signing(&self) -> Result<Option<Signing>, Failure> {
        let refused = |error: git2::Error| Failure::Refused(error.message().to_owned());
        let config = self.repository.config().and_then(|mut config| config.snapshot()).map_err(refused)?;
        if !config.get_bool("commit.gpgsign").unwrap_or(false) {
            return Ok(None);
        }
        let setting = |name: &str| config.get_string(name).ok().filter(|value| !value.is_empty());
        let program = |format: &str| setting(&format!("gpg.{format}.program"));
        let (format, program) = match setting("gpg.format").as_deref() {
            None | Some("openpgp") => {
                let program = program("openpgp").or_else(|| setting("gpg.program"));
                (Format::OpenPgp, program.unwrap_or_else(|| "gpg".to_owned()))
            }
            Some("x509") => (Format::X509, program("x509").unwrap_or_else(|| "gpgsm".to_owned())),
            Some("ssh") => (Format::Ssh, program("ssh").unwrap_or_else(|| "ssh-keygen".to_owned())),
            Some(other) => return Err(Failure::Refused(format!("gpg.format has the unknown value '{other}'"))),
        };
        // Only of a file is `~` the home.
        let is_file = |key: &String| format == Format::Ssh && !is_literal(key);
        let key = match setting("user.signingkey") {
            Some(key) if is_file(&key) => {
                config.get_path("user.signingkey").ok().map(|path| path.to_string_lossy().into_owned()).or(Some(key))
            }
            key => key,
        };
        Ok(Some(Signing { format, program, key }))
    }
}

impl Signing {
    /// The signature of `payload` in the form in which a commit has it. `committer` is `Name <mail>`: whose key is taken
    /// when none is configured.
    pub fn sign(
        &self,
        payload: &[u8],
        committer: &str,
        location: &Location,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, Failure> {
        let signature = match self.format {
            Format::OpenPgp | Format::X509 => self.gpg(payload, committer, cancel)?,
            Format::Ssh => self.ssh(payload, location, cancel)?,
        };
        // Signatures are text, and lines of commits end in LF.
        Ok(signature.replace(b"\r\n", b"\n"))
    }

    fn gpg(&self, payload: &[u8], committer: &str, cancel: &Cancel) -> Result<Vec<u8>, Failure> {
        let mut command = Command::new(&self.program);
        command.args(["--status-fd=2", "-bsau", self.key.as_deref().unwrap_or(committer)]);
        let finished = self.run(command, payload.to_vec(), cancel)?;
        let created = finished.stderr.lines().any(|line| line.starts_with(b"[GNUPG:] SIG_CREATED "));
        if finished.status.success() && created { Ok(finished.stdout) } else { Err(self.refused(&finished)) }
    }

    fn ssh(&self, payload: &[u8], location: &Location, cancel: &Cancel) -> Result<Vec<u8>, Failure> {
        let Some(key) = &self.key else {
            return Err(Failure::Refused("user.signingKey needs to be set for signatures with SSH".to_owned()));
        };
        let buffer = Temporary::new(location, "sign")?.write(payload)?;
        let mut command = Command::new(&self.program);
        // Nobody sits at a terminal: where the key has a passphrase, the user's own program asks for it.
        command.env("SSH_ASKPASS_REQUIRE", "force").args(["-Y", "sign", "-n", "git", "-f"]);
        let _key_file = if is_literal(key) {
            // A public key, whose private half the agent has.
            let text = key.strip_prefix("key::").unwrap_or(key);
            let file = Temporary::new(location, "key")?.write(text.as_bytes())?;
            command.arg(&file.path).arg("-U");
            Some(file)
        } else {
            command.arg(key);
            None
        };
        command.arg(&buffer.path);
        let mut signature = buffer.path.clone().into_os_string();
        signature.push(".sig");
        let signature = Temporary { path: PathBuf::from(signature) };
        let finished = self.run(command, Vec::new(), cancel)?;
        if !finished.status.success() {
            return Err(self.refused(&finished));
        }
        fs::read(&signature.path).map_err(|error| Failure::Refused(format!("{}: {error}", self.program)))
    }

    fn run(&self, command: Command, input: Vec<u8>, cancel: &Cancel) -> Result<Finished, Failure> {
        let finished = run(command, input, Output::Apart, cancel);
        finished.map_err(|error| Failure::Refused(format!("{}: {error}", self.program)))?.ok_or(Cancelled.into())
    }

    fn refused(&self, finished: &Finished) -> Failure {
        let words = [finished.stdout.as_slice(), &finished.stderr].concat();
        // What is meant for programs tells people nothing.
        let words: Vec<String> = words
            .lines()
            .filter(|line| !line.starts_with(b"[GNUPG:]"))
            .map(|line| line.to_str_lossy().into_owned())
            .collect();
        let words = if words.is_empty() { finished.status.to_string() } else { words.join("\n") };
        Failure::Refused(format!("{}: {words}", self.program))
    }
}

/// Whether a key is the key itself and not the name of a file.
fn is_literal(key: &str) -> bool {
    key.starts_with("key::") || key.starts_with("ssh-")
}

/// A file that goes when it is no longer needed.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn new(location: &Location, name: &str) -> Result<Self, Failure> {
        let refused = |error: Error| Failure::Refused(error.to_string());
        Ok(Self { path: location.scratch_file(name).map_err(refused)? })
    }

    fn write(self, content: &[u8]) -> Result<Self, Failure> {
        let refused = |error| Failure::Refused(format!("cannot write '{}': {error}", self.path.display()));
        fs::write(&self.path, content).map_err(refused)?;
        Ok(self)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        _ = fs::remove_file(&self.path);
    }
}

/// The commit object with a signature: behind the other headers.
pub fn signed(commit: &[u8], signature: &[u8]) -> Vec<u8> {
    let headers = commit.find(b"\n\n").map_or(commit.len(), |end| end + 1);
    let (headers, message) = commit.split_at(headers);
    let lines: Vec<&[u8]> = signature.trim_ascii_end().lines().collect();
    [headers, b"gpgsig ", &lines.join(b"\n ".as_slice()), b"\n", message].concat()
}
