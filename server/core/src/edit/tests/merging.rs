//! Conflicts resolved, and not.

use super::{Place, paths, told};
use crate::cancel::Cancel;
use crate::edit::{Resolution, ResolveOptions, resolve};

impl Place {
    /// A merge with conflicts: f and g changed on both sides, gone removed here and changed there.
    fn with_conflicts() -> Self {
        Self::new(
            "for f in f g gone clean; do echo $f > $f; done; git add .; git commit -qm base; git checkout -qb other
             for f in f g gone; do echo other > $f; done; git commit -qam other; git checkout -q main
             for f in f g; do echo main > $f; done; git rm -q gone; git commit -qam main
             git merge -q other >/dev/null 2>&1 || true",
        )
    }

    fn mark(&self, named: &[&str]) -> String {
        let options = ResolveOptions { paths: paths(named), ..ResolveOptions::default() };
        told(resolve(&self.repository, &options, &Cancel::new()))
    }

    fn unmark(&self, named: &[&str]) -> String {
        let options =
            ResolveOptions { paths: paths(named), resolution: Resolution::Unmark, ..ResolveOptions::default() };
        told(resolve(&self.repository, &options, &Cancel::new()))
    }
}

#[test]
fn conflicts_are_resolved_by_what_is_there() {
    let place = Place::with_conflicts();
    assert_eq!(place.git(), "UU f\nUU g\nDU gone\n");
    assert_eq!(place.mark(&["clean"]), "! arguments do not match paths that need resolving\n");
    place.sh("echo resolved > f; rm gone");
    assert_eq!(place.mark(&["f", "gone"]), "resolved f\nresolved gone\n");
    assert_eq!(place.git(), "M  f\nUU g\n");
    assert_eq!(place.sh("git show :f"), "resolved\n");
    assert_eq!(place.mark(&[]), "resolved f\nresolved g\nresolved gone\n(no more unresolved files)\n");
    place.sh("git commit -qm merged");
    assert_eq!(place.mark(&["f"]), "abort: resolve command not applicable when not merging\n");
    assert_eq!(place.git(), "");
}

#[test]
fn a_conflict_comes_back() {
    for resolve in ["hgls", "git add -A", "git add -A; git read-tree $(git write-tree)"] {
        let place = Place::with_conflicts();
        let stages = place.sh("git ls-files -u");
        let files = place.sh("cat f g gone");
        match resolve {
            "hgls" => assert_eq!(
                place.mark(&["f", "g", "gone"]),
                "resolved f\nresolved g\nresolved gone\n(no more unresolved files)\n"
            ),
            git => _ = place.sh(git),
        }
        assert_eq!(place.sh("git ls-files -u"), "");
        let named = ["f", "g", "gone"];
        assert_eq!(place.unmark(&named), "unresolved f\nunresolved g\nunresolved gone\n");
        assert_eq!((place.sh("git ls-files -u"), place.sh("cat f g gone")), (stages, files), "{resolve}");
        assert_eq!(place.git(), "UU f\nUU g\nDU gone\n");
    }
}
