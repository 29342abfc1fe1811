//! The hooks of a commit, in git's order, and what each of them may do: look at what is committed and add to it, write
//! the message, refuse. Knows nothing of how a hook is run.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cancel::Cancel;
use crate::edit::Error;
use crate::error::Result;
use crate::git::hooks::{Hook, HookEnd, Setting};
use crate::git::{self, Handle, Location};
use crate::ids::Node;

/// The hooks of a commit that are there and may run.
pub struct Hooks<'a> {
    location: &'a Location,
    /// Whose change it is: name, mail, and the date in git's form.
    author: (&'a str, &'a str, &'a str),
    pre_commit: Option<Hook>,
    prepare_message: Option<Hook>,
    message: Option<Hook>,
    post_commit: Option<Hook>,
    /// Only of a commit that takes the place of another.
    post_rewrite: Option<Hook>,
    /// What git says of hooks that it passes over.
    pub warnings: Vec<String>,
    /// What they printed.
    pub output: String,
}

impl<'a> Hooks<'a> {
    /// Looks for them.
    ///
    /// # Errors
    /// [`Error::Untrusted`] when there is one and programs may not run: a hook is never passed over in silence.
    pub fn find(
        handle: &Handle,
        location: &'a Location,
        author: (&'a str, &'a str, &'a str),
        amends: bool,
    ) -> Result<Self> {
        let mut warnings = Vec::new();
        let mut find = |name: &'static str| -> Result<Option<Hook>> {
            let Some(hook) = handle.hook(location, name)? else { return Ok(None) };
            if !hook.is_executable {
                warnings.push(format!("the '{name}' hook was ignored because it is not executable"));
                return Ok(None);
            }
            if !handle.may_run_programs() {
                return Err(Error::Untrusted { what: format!("the hook '{name}'") }.into());
            }
            Ok(Some(hook))
        };
        Ok(Self {
            location,
            author,
            pre_commit: find("pre-commit")?,
            prepare_message: find("prepare-commit-msg")?,
            message: find("commit-msg")?,
            post_commit: find("post-commit")?,
            post_rewrite: if amends { find("post-rewrite")? } else { None },
            warnings,
            output: String::new(),
        })
    }

    /// Whether somebody wants to look at what is going to be committed.
    pub fn look_at_content(&self) -> bool {
        self.pre_commit.is_some()
    }

    /// Whether somebody wants to look at the message.
    pub fn look_at_message(&self) -> bool {
        self.prepare_message.is_some() || self.message.is_some()
    }

    /// `pre-commit`: may refuse, and stage more in `index`.
    pub fn before(&mut self, index: &Path, cancel: &Cancel) -> Result<()> {
        let hook = self.pre_commit.clone();
        self.run(hook, Some(index), Vec::new(), Vec::new(), cancel)
    }

    /// `prepare-commit-msg` and `commit-msg`: may refuse, and change the message. `source` is what git calls the place
    /// where the message is from.
    pub fn message(&mut self, message: &[u8], source: &[&str], index: &Path, cancel: &Cancel) -> Result<Vec<u8>> {
        let path = self.location.git_dir.join("COMMIT_EDITMSG");
        let io = |source| git::Error::Io { path: path.clone(), source };
        fs::write(&path, message).map_err(io)?;
        let argument = self.message_argument(&path);
        let arguments = || std::iter::once(argument.clone().into_os_string());
        let (prepare, check) = (self.prepare_message.clone(), self.message.clone());
        let sources = source.iter().map(OsString::from);
        self.run(prepare, Some(index), arguments().chain(sources).collect(), Vec::new(), cancel)?;
        self.run(check, Some(index), arguments().collect(), Vec::new(), cancel)?;
        Ok(fs::read(&path).map_err(io)?)
    }

    /// `post-commit`: too late to refuse.
    pub fn after_commit(&mut self, cancel: &Cancel) {
        let index = self.location.git_dir.join("index");
        let post_commit = self.post_commit.clone();
        let done = self.run(post_commit, Some(&index), Vec::new(), Vec::new(), cancel);
        self.warnings.extend(done.err().map(|error| error.to_string()));
    }

    /// `post-rewrite`, of a commit that took the place of another one, once its notes have gone along: too late to refuse.
    pub fn after_rewrite(&mut self, replaced: Node, node: Node, cancel: &Cancel) {
        let post_rewrite = self.post_rewrite.clone();
        let rewritten = format!("{replaced} {node}\n").into_bytes();
        let done = self.run(post_rewrite, None, vec!["amend".into()], rewritten, cancel);
        self.warnings.extend(done.err().map(|error| error.to_string()));
    }

    /// As git names it to hooks: from where they run.
    fn message_argument(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.location.root()).unwrap_or(path).to_owned()
    }

    fn run(
        &mut self,
        hook: Option<Hook>,
        index: Option<&Path>,
        arguments: Vec<OsString>,
        input: Vec<u8>,
        cancel: &Cancel,
    ) -> Result<()> {
        let Some(hook) = hook else { return Ok(()) };
        let setting = Setting { index, author: self.author, arguments, input };
        let HookEnd { status, output } = hook.run(self.location, &setting, cancel)?;
        tracing::info!(hook = hook.name, %status, %output, "ran a hook");
        if status.success() {
            self.output.push_str(&output);
            return Ok(());
        }
        let ending = match status.code() {
            Some(code) => format!("exited with status {code}"),
            None => format!("was ended by {status}"),
        };
        Err(Error::Hook { hook: hook.name, ending, output }.into())
    }
}
