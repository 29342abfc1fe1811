//! File URIs: paths of any bytes to URIs and back, without loss. Knows nothing of repositories.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use hgls_core::{Explain, Kind, RepoPath};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Everything but `/` and what RFC 3986 calls unreserved: what VS Code encodes, so that its URIs and ours are equal as
/// strings too.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A URI as it is on the wire. Two URIs of the same file may differ, for editors encode differently: compare the paths.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uri(pub String);

/// Why a URI names no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Of another scheme, such as `untitled:`.
    #[error("not a file: {0}")]
    NotAFile(String),
    /// Of the scheme `file`, and not absolute, of another host, or with bytes that no path has.
    #[error("not a path of this machine: {0}")]
    NotAPath(String),
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        Kind::NotInRepository
    }

    fn hint(&self) -> Option<String> {
        Some("give an absolute URI such as file:///home/me/project/file.c".to_owned())
    }
}

impl Uri {
    /// The URI of an absolute path.
    pub fn from_path(path: &Path) -> Self {
        let bytes = path_bytes(path);
        let slash = if bytes.starts_with(b"/") { "" } else { "/" };
        Self(format!("file://{slash}{}", percent_encode(&bytes, ENCODED)))
    }

    /// The URI of a file of the repository whose working copy is `root`.
    pub fn in_repository(root: &Path, path: &RepoPath) -> Self {
        let mut uri = Self::from_path(root);
        if !uri.0.ends_with('/') {
            uri.0.push('/');
        }
        uri.0.extend(percent_encode(path, ENCODED));
        uri
    }

    /// The absolute path that it names, lexically cleaned of `.` and `..`.
    pub fn to_path(&self) -> Result<PathBuf, Error> {
        let rest = self.0.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"));
        let rest = rest.and_then(|_| self.0.get(5..)).ok_or_else(|| Error::NotAFile(self.0.clone()))?;
        let path = match rest.strip_prefix("//") {
            None => Some(rest),
            Some(authority) => authority.find('/').and_then(|slash| {
                let (host, path) = authority.split_at(slash);
                (host.is_empty() || host.eq_ignore_ascii_case("localhost")).then_some(path)
            }),
        };
        let path = path.and_then(|path| path.split(['?', '#']).next()).filter(|path| path.starts_with('/'));
        path.map(|path| Cow::from(percent_decode_str(path)))
            .filter(|bytes| !bytes.contains(&0))
            .and_then(|bytes| bytes_path(&bytes))
            .map(|path| clean(&path))
            .ok_or_else(|| Error::NotAPath(self.0.clone()))
    }
}

/// `path` without `.` and `..` components, as text: links are not followed, and nothing needs to exist.
pub fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(unix)]
fn path_bytes(path: &Path) -> Cow<'_, [u8]> {
    use std::os::unix::ffi::OsStrExt;
    Cow::Borrowed(path.as_os_str().as_bytes())
}

#[cfg(unix)]
fn bytes_path(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path_bytes(path: &Path) -> Cow<'_, [u8]> {
    Cow::Owned(path.to_string_lossy().replace('\\', "/").into_bytes())
}

#[cfg(not(unix))]
fn bytes_path(bytes: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(bytes).ok()?;
    let drive = text.strip_prefix('/').filter(|rest| rest.as_bytes().get(1) == Some(&b':'));
    Some(PathBuf::from(drive.unwrap_or(text)))
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl JsonSchema for Uri {
    fn schema_name() -> Cow<'static, str> {
        "Uri".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "uri",
            "description": "The URI of a file or folder of this machine. Bytes that are not UTF-8 are percent-encoded, so nothing is lost."
        })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn path(uri: &str) -> Result<PathBuf, Error> {
        Uri(uri.to_owned()).to_path()
    }

    #[test]
    fn any_bytes_survive() {
        for bytes in [b"/a/b".as_slice(), b"/caf\xe9/\"x\"\t\n", "/ü/%41 #?&+,;=:@!$'()*[]~".as_bytes(), b"/"] {
            let original = Path::new(OsStr::from_bytes(bytes));
            let uri = Uri::from_path(original);
            assert!(uri.0.is_ascii() && !uri.0.contains(' '), "{uri}");
            assert_eq!(uri.to_path().unwrap(), original);
        }
        assert_eq!(Uri::from_path(Path::new("/a b/é:1")).0, "file:///a%20b/%C3%A9%3A1");
    }

    #[test]
    fn every_editor_s_spelling_is_read() {
        for uri in
            ["file:///a/b%20c", "FILE:///a/b c", "file://localhost/a/b%20c", "file:/a/b%20c", "file:///a/x/../b%20c#L1"]
        {
            assert_eq!(path(uri).unwrap(), Path::new("/a/b c"), "{uri}");
        }
    }

    #[test]
    fn what_is_no_file_is_refused() {
        for uri in ["untitled:Untitled-1", "", "file", "https://a/b", "é"] {
            assert!(matches!(path(uri), Err(Error::NotAFile(_))), "{uri}");
        }
        for uri in ["file://other/a", "file:a", "file://", "file:///a%00b"] {
            assert!(matches!(path(uri), Err(Error::NotAPath(_))), "{uri}");
        }
    }

    #[test]
    fn a_file_of_a_repository() {
        let file = RepoPath::new(b"src/caf\xe9".as_slice()).unwrap();
        assert_eq!(Uri::in_repository(Path::new("/r"), &file).0, "file:///r/src/caf%E9");
        assert_eq!(Uri::in_repository(Path::new("/"), &file).0, "file:///src/caf%E9");
    }
}
