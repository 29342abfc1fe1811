//! Who git's configuration says makes commits, and in which encoding. The environment has no say: what a server was
//! started with is not what its user means. Knows nothing of commits.

use super::{Error, Handle};

/// What the configuration says of whoever commits.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Identity {
    /// `author.name`, or `user.name`.
    pub name: Option<String>,
    /// `author.email`, or `user.email`.
    pub mail: Option<String>,
    /// `i18n.commitEncoding`; `None` for UTF-8.
    pub encoding: Option<String>,
}

impl Handle {
    /// Reads the configuration of now.
    pub fn identity(&self) -> Result<Identity, Error> {
        let config = self.repository.config()?.snapshot()?;
        let setting =
            |name: &str| config.get_string(name).ok().map(|value| value.trim().to_owned()).filter(|it| !it.is_empty());
        let is_utf8 = |name: &String| name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8");
        Ok(Identity {
            name: setting("author.name").or_else(|| setting("user.name")),
            mail: setting("author.email").or_else(|| setting("user.email")),
            encoding: setting("i18n.commitencoding").filter(|name| !is_utf8(name)),
        })
    }
}
