//! An editor for a text that the user is to write: which one, and how it is run. Knows nothing of what the text is for.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::Command;

use crate::cli::{Abort, abort};

/// Mercurial's own, then git's, then what all programs look at.
const VARIABLES: [&str; 4] = ["HGEDITOR", "GIT_EDITOR", "VISUAL", "EDITOR"];

/// What opens an editor: `configured` comes after what is said to Mercurial and git alone. `None` where nobody said
/// which, and there is no terminal to show one.
pub fn find(configured: Option<String>) -> Option<OsString> {
    let variable = |name: &&str| std::env::var_os(name).filter(|editor| !editor.is_empty());
    let (own, everybodys) = VARIABLES.split_at(2);
    own.iter()
        .find_map(variable)
        .or_else(|| configured.map(OsString::from))
        .or_else(|| everybodys.iter().find_map(variable))
        .or_else(|| io::stdin().is_terminal().then(|| "vi".into()))
}

/// Has the user edit `text`, in a file whose name tells editors what it is.
pub fn edit(editor: &OsString, text: &str) -> Result<String, Abort> {
    let failed = |error: io::Error| abort(format!("edit failed: {error}"));
    let mut file = tempfile::Builder::new().prefix("hg-editor-").suffix(".commit.hg.txt").tempfile().map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    // It may be a command with arguments, and is the shell's to read.
    let mut line = editor.clone();
    line.push(" \"$@\"");
    let path = file.into_temp_path();
    let status = Command::new("sh").arg("-c").arg(line).arg(editor).arg(&path).status().map_err(failed)?;
    if !status.success() {
        return Err(abort(format!("edit failed: {} {}", editor.display(), ended(status))));
    }
    std::fs::read_to_string(&path).map_err(failed)
}

fn ended(status: std::process::ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with status {code}"),
        None => "was killed".to_owned(),
    }
}
