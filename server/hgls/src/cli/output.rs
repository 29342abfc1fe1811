//! Standard output and standard error: colours, errors in hg's form, and quiet ends when the reader is gone.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::process::ExitCode;

use super::arguments::Color;
use super::{Abort, exit_code};

/// Where a command writes.
pub struct Output {
    out: BufWriter<Stdout>,
    color: bool,
    /// Nothing is written to standard output.
    quiet: bool,
}

/// hg's default colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    Changeset,
    Modified,
    Added,
    Removed,
    Missing,
    Unknown,
    Ignored,
    DiffHeader,
    DiffOld,
    DiffNew,
    DiffHunk,
    Deleted,
    Inserted,
}

impl Style {
    /// The parameters of the escape sequence.
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Changeset => "33",
            Self::Modified => "34;1",
            Self::Added => "32;1",
            Self::Removed => "31;1",
            Self::Missing => "36;1;4",
            Self::Unknown => "35;1;4",
            Self::Ignored => "30;1",
            Self::DiffHeader => "1",
            Self::DiffOld => "31;1",
            Self::DiffNew => "32;1",
            Self::DiffHunk => "35",
            Self::Deleted => "31",
            Self::Inserted => "32",
        }
    }
}

impl Output {
    pub fn new(color: Color) -> Self {
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let wanted = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                io::stdout().is_terminal()
                    && !wanted("NO_COLOR")
                    && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
            }
        };
        Self { out: BufWriter::with_capacity(64 << 10, io::stdout()), color, quiet: false }
    }

    /// How many columns there are; 80 where nobody knows.
    pub fn width(&self) -> usize {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        columns.or_else(terminal_width).filter(|width| *width > 0).unwrap_or(80)
    }

    /// From here on only warnings and errors are shown.
    pub fn hush(&mut self) {
        self.quiet = true;
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Abort> {
        if self.quiet {
            return Ok(());
        }
        self.out.write_all(bytes).map_err(Abort::Output)
    }

    pub fn text(&mut self, text: &str) -> Result<(), Abort> {
        self.bytes(text.as_bytes())
    }

    /// `bytes` in a colour, where there are colours.
    pub fn styled(&self, style: Style, bytes: &[u8]) -> Vec<u8> {
        if !self.color || style == Style::Plain {
            return bytes.to_vec();
        }
        [b"\x1b[0;", style.code().as_bytes(), b"m", bytes, b"\x1b[0m"].concat()
    }

    /// A patch, line by line in colours.
    pub fn patch(&self, patch: &[u8]) -> Vec<u8> {
        if !self.color {
            return patch.to_vec();
        }
        let mut colored = Vec::with_capacity(patch.len() * 2);
        let mut in_hunk = false;
        for line in patch.split_inclusive(|byte| *byte == b'\n') {
            let style = match line {
                _ if line.starts_with(b"diff ") => Style::DiffHeader,
                _ if line.starts_with(b"@@ ") => Style::DiffHunk,
                [b'-', ..] if in_hunk => Style::Deleted,
                [b'+', ..] if in_hunk => Style::Inserted,
                [b'-', ..] => Style::DiffOld,
                [b'+', ..] => Style::DiffNew,
                [b' ' | b'\\', ..] => Style::Plain,
                _ => Style::DiffHeader,
            };
            in_hunk = match style {
                Style::DiffHunk => true,
                Style::DiffHeader => false,
                _ => in_hunk,
            };
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            colored.extend(self.styled(style, text));
            colored.extend(&line[text.len()..]);
        }
        colored
    }

    /// A line on standard error.
    #[expect(clippy::print_stderr, reason = "the command line speaks to its user")]
    pub fn warn(&mut self, line: &str) -> Result<(), Abort> {
        self.out.flush().map_err(Abort::Output)?;
        eprintln!("{line}");
        Ok(())
    }

    /// Writes what is left, says why the command ended, and with which code the process does.
    pub fn finish(mut self, done: Result<u8, Abort>) -> ExitCode {
        let flushed = self.out.flush().map_err(Abort::Output);
        let code = match done.and_then(|code| flushed.map(|()| code)) {
            Ok(code) => code,
            Err(Abort::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 255,
            Err(Abort::Output(error)) => self.complain(&error.to_string(), None, 255),
            Err(Abort::State(failure)) => self.complain(&failure.message, failure.hint.as_deref(), 20),
            Err(Abort::Failed(failure)) => {
                self.complain(&failure.message, failure.hint.as_deref(), exit_code(failure.kind))
            }
        };
        // What could not be written must not be tried again when the writer is dropped.
        let _ = self.out.into_parts();
        ExitCode::from(code)
    }

    #[expect(clippy::print_stderr, reason = "the command line speaks to its user")]
    fn complain(&self, message: &str, hint: Option<&str>, code: u8) -> u8 {
        // hg's own parse errors name the program.
        let subject = if message.starts_with("parse error") { "hgls: " } else { "abort: " };
        eprintln!("{subject}{message}");
        if let Some(hint) = hint {
            // What stands below the first line keeps its place when that moves behind the parenthesis.
            eprintln!("({})", hint.replace('\n', "\n "));
        }
        code
    }
}

#[cfg(unix)]
fn terminal_width() -> Option<usize> {
    rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn terminal_width() -> Option<usize> {
    None
}
