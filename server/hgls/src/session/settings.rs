//! Settings: the object `hgls` of the client's configuration, or `initializationOptions`. Knows nothing of who reads
//! them.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

/// The settings. What is left out, or cannot be read, has its default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Index the repositories of the workspace folders when they are opened, others when they are first used. Off: only
    /// `hg/index` builds an index; requests are answered without one.
    pub auto_index: bool,
    /// Watch repositories, and tell the client of changes that other programs make.
    pub watch: bool,
    /// Annotate files when they are opened, before somebody asks.
    pub annotate_ahead: bool,
    /// Offer the changeset of a line to whoever hovers over it.
    pub hover: bool,
    /// Offer inlay hints: who made the lines, behind the first line of each group.
    pub inlay_hints: bool,
    /// Offer a code lens above each file: its authors.
    pub code_lens: bool,
    /// Offer code actions: open the changeset of a line, revert a hunk.
    pub code_actions: bool,
    /// Whether the user trusts the workspace: then filters, hooks and signing programs that its repositories name may
    /// run. `None`: nothing is said, and it stays as it is, which is not trusted at first.
    pub trusted: Option<bool>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_index: true,
            watch: true,
            annotate_ahead: true,
            hover: true,
            inlay_hints: true,
            code_lens: true,
            code_actions: true,
            trusted: None,
        }
    }
}

impl Settings {
    /// Reads settings, as `{"hgls": {…}}` or the inner object alone. One that cannot be read costs no other.
    pub fn read(value: &Value) -> Self {
        let object = value.get("hgls").unwrap_or(value);
        serde_json::from_value(object.clone()).unwrap_or_else(|error| {
            tracing::warn!(%error, "settings");
            let entries = object.as_object().into_iter().flatten();
            let sound = entries.filter(|(name, value)| {
                serde_json::from_value::<Self>(Value::Object(
                    [((*name).clone(), (*value).clone())].into_iter().collect(),
                ))
                .is_ok()
            });
            let sound = sound.map(|(name, value)| (name.clone(), value.clone())).collect();
            serde_json::from_value(Value::Object(sound)).unwrap_or_default()
        })
    }
}

/// Where stores go that cannot lie inside their repository: a folder of the user's cache folder.
pub fn cache_dir() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = |below: &str| named("HOME").map(|home| home.join(below));
    let cache = match () {
        () if cfg!(windows) => named("LOCALAPPDATA"),
        () if cfg!(target_os = "macos") => home("Library/Caches"),
        () => named("XDG_CACHE_HOME").or_else(|| home(".cache")),
    };
    cache.map(|cache| cache.join("hgls"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_read_from_either_place_and_one_that_is_wrong_costs_no_other() {
        let off = Settings { watch: false, ..Settings::default() };
        assert_eq!(Settings::read(&json!({"hgls": {"watch": false}})), off);
        assert_eq!(Settings::read(&json!({"watch": false, "unknown": 1})), off);
        assert_eq!(Settings::read(&json!({"watch": false, "hover": "yes"})), off);
        for nothing in [json!(null), json!([]), json!({"hgls": null}), json!("x"), json!({})] {
            assert_eq!(Settings::read(&nothing), Settings::default(), "{nothing}");
        }
    }
}
