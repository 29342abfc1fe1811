//! Programs that a test needs beside git. Where root of a Debian runs it they are installed; elsewhere the test fails and
//! says what to install. No test goes without.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// Sees to it that these programs can be started: those of Debian's `packages`.
pub fn need(programs: &[&str], packages: &[&str]) {
    if let Err(reason) = System::here().provide(programs, packages) {
        panic!("{reason}");
    }
}

/// Installs Debian's `packages`, where something of them is missing that is no program.
///
/// # Errors
/// What to install, when it cannot be.
pub fn install(packages: &[&str]) -> Result<(), String> {
    System::here().install(packages)
}

/// Where to look for programs, and how to come by more.
struct System {
    path: OsString,
    is_debian: bool,
}

impl System {
    fn here() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self { path, is_debian: Path::new("/etc/debian_version").exists() }
    }

    fn provide(&self, programs: &[&str], packages: &[&str]) -> Result<(), String> {
        if self.missing(programs).is_empty() {
            return Ok(());
        }
        self.install(packages)
            .map_err(|reason| format!("{} is missing: {reason}", self.missing(programs).join(", ")))?;
        match &*self.missing(programs) {
            [] => Ok(()),
            missing => Err(format!("{} is still missing with {} installed", missing.join(", "), packages.join(" "))),
        }
    }

    fn missing<'a>(&self, programs: &[&'a str]) -> Vec<&'a str> {
        let is_program = |file: &Path| file.metadata().is_ok_and(|about| about.permissions().mode() & 0o111 != 0);
        let is_there = |name: &str| std::env::split_paths(&self.path).any(|folder| is_program(&folder.join(name)));
        programs.iter().copied().filter(|name| !is_there(name)).collect()
    }

    fn install(&self, packages: &[&str]) -> Result<(), String> {
        let wanted = packages.join(" ");
        if !self.is_debian || self.run("id", &["-u"])?.trim() != "0" {
            return Err(format!("please install it (on Debian: apt-get install {wanted})"));
        }
        // Another test may be at it already.
        let mut args = vec!["-qq", "-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--no-install-recommends"];
        args.extend(packages);
        // Networks fail now and then.
        let attempt = || self.run("apt-get", &["-qq", "update"]).and_then(|_| self.run("apt-get", &args));
        attempt().or_else(|_| attempt()).or_else(|_| attempt()).map(drop)
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<String, String> {
        let mut command = Command::new(program);
        command.args(args).env("PATH", &self.path).env("DEBIAN_FRONTEND", "noninteractive");
        let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(format!("{command:?}:\n{}", String::from_utf8_lossy(&output.stderr))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A system whose only programs are these scripts.
    fn system(folder: &Path, is_debian: bool, scripts: &[(&str, &str)]) -> System {
        for (name, script) in scripts {
            fs::write(folder.join(name), format!("#!/bin/sh\ncd {}\n{script}\n", folder.display())).unwrap();
            fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        System { path: folder.into(), is_debian }
    }

    const ROOT: (&str, &str) = ("id", "echo 0");
    /// Installs `wanted`, but not at the first attempt.
    const APT: (&str, &str) = (
        "apt-get",
        "echo \"$@\" >> log
         case \"$*\" in
           *update*) if test -f tried; then exit 0; fi; : > tried; echo 'no network' >&2; exit 100 ;;
           *install*wanted-package*) /bin/cp id wanted ;;
         esac",
    );

    #[test]
    fn root_of_debian_gets_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let system = system(folder.path(), true, &[ROOT, APT]);
        assert_eq!(system.provide(&["id"], &["none"]), Ok(()));
        assert!(!folder.path().join("log").exists(), "nothing was missing");
        assert_eq!(system.provide(&["id", "wanted"], &["other", "wanted-package"]), Ok(()));
        let log = fs::read_to_string(folder.path().join("log")).unwrap();
        let install = "-qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends other wanted-package";
        assert_eq!(log, format!("-qq update\n-qq update\n{install}\n"));
        let told = system.provide(&["absent"], &["other"]).unwrap_err();
        assert_eq!(told, "absent is still missing with other installed");
    }

    #[test]
    fn everybody_else_is_told_what_to_install() {
        let told = "wanted is missing: please install it (on Debian: apt-get install wanted-package)";
        for (is_debian, id) in [(true, "echo 1000"), (false, "echo 0")] {
            let folder = tempfile::tempdir().unwrap();
            let system = system(folder.path(), is_debian, &[("id", id), APT]);
            assert_eq!(system.provide(&["wanted"], &["wanted-package"]), Err(told.to_owned()));
            assert!(!folder.path().join("log").exists());
        }
    }

    #[test]
    fn what_apt_says_is_passed_on() {
        let folder = tempfile::tempdir().unwrap();
        let system = system(folder.path(), true, &[ROOT, ("apt-get", "echo 'no space left' >&2; exit 100")]);
        let told = system.provide(&["wanted"], &["wanted-package"]).unwrap_err();
        assert!(told.starts_with("wanted is missing: ") && told.ends_with("no space left\n"), "{told}");
    }
}
