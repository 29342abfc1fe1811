//! The extension for VS Code: its checks and tests, its package, and a VS Code with it. What they need beside Rust is looked
//! for here: Node, npm and Chromium. Knows nothing of what the extension does.

#![allow(clippy::print_stdout, reason = "a command speaks to its user")]

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace;

/// The oldest Node that the extension is built and tested with.
const NODE: u32 = 20;
/// Fetched from npm where the system's Node is older, as Debian 12's is.
const NEWER_NODE: &str = "20.20.2";
/// The names of Chromium that the tests know.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// What the extension needs and this machine may lack.
struct Need {
    /// What it is, and what for.
    what: &'static str,
    /// Debian's packages with it.
    packages: &'static [&'static str],
}

const NODE_AND_NPM: Need =
    Need { what: "Node 20 or newer, with npm: the extension is built with it", packages: &["nodejs", "npm"] };
const NPM: Need = Need { what: "npm: it installs what the extension is built with", packages: &["npm"] };
const BROWSER: Need = Need {
    what: "Chromium: the extension's tests run in it (or name another one in the variable CHROMIUM)",
    packages: &["chromium", "fonts-dejavu-core"],
};

/// The systems that a package can be made for, by VS Code's name; Rust's names for the system and the processor.
const TARGETS: [(&str, &str, &str); 5] = [
    ("linux-x64", "linux", "x86_64"),
    ("linux-arm64", "linux", "aarch64"),
    ("darwin-x64", "macos", "x86_64"),
    ("darwin-arm64", "macos", "aarch64"),
    ("win32-x64", "windows", "x86_64"),
];

/// What stood in the way, for the user.
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

fn failed(what: impl fmt::Display, why: impl fmt::Display) -> Error {
    Error(format!("{what}: {why}"))
}

/// The programs that the extension's tasks need, found.
pub struct Tools {
    /// The search path with the right Node first.
    path: OsString,
}

impl Tools {
    /// Finds them. As root on Debian what is missing is installed; elsewhere the error says what to install.
    pub fn find(browser: bool) -> Result<Self, Error> {
        let mut path = env::var_os("PATH").unwrap_or_default();
        let missing = missing(&path, browser && env::var_os("CHROMIUM").is_none());
        if !missing.is_empty() {
            install(&missing)?;
        }
        if node_version(&path).is_none_or(|version| version < NODE) {
            path = newer_node(path)?;
        }
        Ok(Self { path })
    }

    /// npm in the folder of the extension.
    pub fn npm(&self, args: &[&str]) -> Command {
        let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.args(args).current_dir(folder()).env("PATH", &self.path);
        command
    }

    fn run(&self, args: &[&str]) -> Result<(), Error> {
        println!("$ npm {}", args.join(" "));
        succeed(&mut self.npm(args))
    }

    /// Installs what the extension is built with.
    fn install(&self) -> Result<(), Error> {
        self.run(INSTALL).map_err(|Error(why)| {
            Error(format!(
                "{why}\nnpm could not install what the extension is built with: what it printed says why. It needs its \
                 registry for that, until its cache has everything."
            ))
        })
    }
}

/// The folder of the extension.
pub fn folder() -> PathBuf {
    workspace().join("vscode-extension")
}

/// Installs what package-lock.json says, and runs no script of what it installs.
pub const INSTALL: &[&str] = &["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

/// `cargo xtask dist`: a package with the server in it, for this system.
pub fn dist() -> Result<(), Error> {
    let found =
        TARGETS.iter().find(|(_, system, processor)| (*system, *processor) == (env::consts::OS, env::consts::ARCH));
    let (target, ..) = found
        .ok_or_else(|| Error(format!("VS Code has no packages for {} on {}", env::consts::OS, env::consts::ARCH)))?;
    let tools = Tools::find(false)?;
    tools.install()?;
    bundle_server()?;
    let place = target_folder().join("dist");
    fs::create_dir_all(&place).map_err(|error| failed(place.display(), error))?;
    let file = place.join(format!("hgls-{target}.vsix"));
    let name = file.to_string_lossy();
    let packed = tools.run(&["run", "package", "--", "--target", target, "--out", &name]);
    // A server that stays there would be taken for the one to work with.
    let removed = fs::remove_dir_all(folder().join("server"));
    packed?;
    removed.map_err(|error| failed("vscode-extension/server", error))?;
    println!("\n{}\n  install it with: code --install-extension {0}", file.display());
    println!("\nA package holds the server of one system, and is made on that system:");
    for (each, system, processor) in TARGETS {
        println!("  {each:13} {system} on {processor}{}", if each == *target { "  (this one)" } else { "" });
    }
    Ok(())
}

/// `cargo xtask code`: VS Code with the extension as it is now, and the server as it is now in it.
pub fn code(folder_to_open: &Path) -> Result<(), Error> {
    let opened = folder_to_open.canonicalize().map_err(|error| failed(folder_to_open.display(), error))?;
    let tools = Tools::find(false)?;
    if !is_installed() {
        tools.install()?;
    }
    tools.run(&["run", "bundle"])?;
    let server = build_server()?;
    if !runs("code", &tools.path) {
        println!("VS Code is not installed: its web version is opened instead");
        return succeed(tools.npm(&["run", "web", "--", &opened.to_string_lossy()]).env("HGLS_SERVER", server));
    }
    let mut development = OsString::from("--extensionDevelopmentPath=");
    development.push(folder());
    bundle_server()?;
    succeed(Command::new(if cfg!(windows) { "code.cmd" } else { "code" }).args([
        "--new-window".into(),
        development,
        opened.into_os_string(),
    ]))
}

/// Builds the server, and puts it where the extension looks for one that came with it.
fn bundle_server() -> Result<(), Error> {
    let server = build_server()?;
    let place = folder().join("server");
    fs::create_dir_all(&place).map_err(|error| failed(place.display(), error))?;
    let name = server.file_name().unwrap_or_default();
    fs::copy(&server, place.join(name)).map_err(|error| failed(server.display(), error))?;
    Ok(())
}

fn build_server() -> Result<PathBuf, Error> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(workspace()).args(["build", "--locked", "--package", "hgls", "--release"]);
    succeed(&mut command)?;
    Ok(target_folder().join("release").join(format!("hgls{}", env::consts::EXE_SUFFIX)))
}

/// Where cargo builds.
fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// Whether npm installed what package-lock.json says, since that was written.
fn is_installed() -> bool {
    let written = |file: PathBuf| fs::metadata(file).and_then(|data| data.modified()).ok();
    let installed = written(folder().join("node_modules").join(".package-lock.json"));
    installed.is_some() && installed >= written(folder().join("package-lock.json"))
}

fn succeed(command: &mut Command) -> Result<(), Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| failed(&name, error))?;
    if status.success() { Ok(()) } else { Err(failed(&name, status)) }
}

/// The major version of Node.
fn node_version(path: &OsString) -> Option<u32> {
    let output = Command::new("node").arg("--version").env("PATH", path).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn runs(program: &str, path: &OsString) -> bool {
    let mut command = Command::new(if cfg!(windows) { format!("{program}.cmd") } else { program.to_owned() });
    command.arg("--version").env("PATH", path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What is needed and cannot be run from this search path.
fn missing(path: &OsString, browser: bool) -> Vec<&'static Need> {
    let mut missing = Vec::new();
    if node_version(path).is_none() {
        missing.push(&NODE_AND_NPM);
    } else if !runs("npm", path) {
        missing.push(&NPM);
    }
    if browser && !on_macos() && !CHROMIUM.iter().any(|name| runs(name, path)) {
        missing.push(&BROWSER);
    }
    missing
}

/// What is missing and how it comes here, for the user.
fn request(missing: &[&Need]) -> String {
    let list: String = missing.iter().map(|need| format!("\n  - {}", need.what)).collect();
    format!("This is not installed:{list}\nPlease install it (on Debian: apt-get install {}).", packages(missing))
}

fn packages(missing: &[&Need]) -> String {
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    packages.join(" ")
}

fn on_macos() -> bool {
    // There the tests look for applications, and say so themselves when there is none.
    cfg!(target_os = "macos")
}

/// Installs Debian's packages, as root; for anybody else says what is missing.
fn install(missing: &[&Need]) -> Result<(), Error> {
    let wanted = request(missing);
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root || !Path::new("/etc/debian_version").exists() {
        return Err(Error(wanted));
    }
    println!("$ apt-get install {}", packages(missing));
    let apt = |args: &[&str]| {
        succeed(
            Command::new("apt-get")
                .arg("-qq")
                .args(args)
                .env("DEBIAN_FRONTEND", "noninteractive")
                .stdout(Stdio::null()),
        )
    };
    let mut args = vec!["install", "--yes", "--no-install-recommends"];
    args.extend(missing.iter().flat_map(|need| need.packages));
    // Networks fail now and then.
    let attempt = || apt(&["update"]).and_then(|()| apt(&args));
    attempt()
        .or_else(|_| attempt())
        .or_else(|_| attempt())
        .map_err(|Error(why)| Error(format!("{why}: what it printed says why. {wanted}")))
}

/// Fetches a Node that is new enough from npm, once, and gives the search path with it.
fn newer_node(path: OsString) -> Result<OsString, Error> {
    let processor = if env::consts::ARCH == "aarch64" { "arm64" } else { "x64" };
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let package = format!("node-{system}-{processor}");
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    let place =
        base.ok_or_else(|| Error("HOME is not set".to_owned()))?.join("hgls-tests").join(format!("node-{NEWER_NODE}"));
    let bin = place.join("node_modules").join(&package).join("bin");
    if !bin.join("node").exists() {
        println!("Node is older than {NODE}: fetching {NEWER_NODE}");
        fs::create_dir_all(&place).map_err(|error| failed(place.display(), error))?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(&place);
        succeed(npm.arg(format!("{package}@{NEWER_NODE}")).env("PATH", &path))?;
    }
    let folders = std::iter::once(bin).chain(env::split_paths(&path));
    env::join_paths(folders).map_err(|error| failed("PATH", error))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;

    /// A folder of programs that say their version and nothing else, removed when the test ends.
    struct Programs(PathBuf);

    impl Programs {
        fn new(test: &str, names: &[&str]) -> Self {
            let folder = env::temp_dir().join(format!("hgls-xtask-{test}-{}", std::process::id()));
            fs::create_dir(&folder).expect("a folder");
            for name in names {
                // Written by another process: what this one has open may go along with a program that another test starts,
                // and nobody runs a file that is open to be written.
                let script = r#"printf '#!/bin/sh\necho v20.1.2\n' > "$0" && chmod 755 "$0""#;
                succeed(Command::new("sh").args(["-c", script]).arg(folder.join(name))).ok().expect("a program");
            }
            Self(folder)
        }

        fn missing(&self, browser: bool) -> Vec<&'static str> {
            missing(&self.0.clone().into_os_string(), browser).into_iter().map(|need| need.what).collect()
        }
    }

    impl Drop for Programs {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn nothing_is_missing_where_everything_runs() {
        for browser in CHROMIUM {
            assert!(Programs::new(browser, &["node", "npm", browser]).missing(true).is_empty(), "{browser}");
        }
    }

    #[test]
    fn a_browser_is_missing_where_windows_are_to_be_opened() {
        let programs = Programs::new("without-browser", &["node", "npm"]);
        assert_eq!(programs.missing(true), [BROWSER.what]);
        assert!(programs.missing(false).is_empty());
    }

    #[test]
    fn npm_alone_may_be_missing_and_comes_with_node() {
        assert_eq!(Programs::new("without-npm", &["node"]).missing(false), [NPM.what]);
        assert_eq!(Programs::new("empty", &[]).missing(true), [NODE_AND_NPM.what, BROWSER.what]);
    }

    #[test]
    fn the_user_is_told_what_to_install() {
        assert_eq!(
            request(&[&BROWSER]),
            "This is not installed:\n  \
             - Chromium: the extension's tests run in it (or name another one in the variable CHROMIUM)\n\
             Please install it (on Debian: apt-get install chromium fonts-dejavu-core)."
        );
    }
}
