//! `hg/resolve`.

use hgls_core::edit::{self, Resolution, ResolveOptions, Tool};

use super::change;
use crate::handlers::Context;
use crate::protocol::{EditResult, Failure, MergeTool, ResolveAction, ResolveParams};

/// Answers `hg/resolve`.
pub fn resolve(context: &Context, params: ResolveParams) -> Result<EditResult, Failure> {
    if params.uris.is_empty() {
        return Err(Failure::invalid("no files or directories specified"));
    }
    change(context, params.root.as_ref(), &params.uris.iter().collect::<Vec<_>>(), |change| {
        let options = ResolveOptions {
            paths: change.paths_or_all(&params.uris)?,
            resolution: match params.action {
                ResolveAction::Mark => Resolution::Mark,
                ResolveAction::Unmark => Resolution::Unmark,
                ResolveAction::Merge => Resolution::Merge(params.tool.into()),
            },
            keep: params.backup.into(),
            unsaved: change.unsaved(),
        };
        Ok(change.result(edit::resolve(change.repository(), &options, change.cancel())?))
    })
}

impl From<MergeTool> for Tool {
    fn from(tool: MergeTool) -> Self {
        match tool {
            MergeTool::Merge => Self::Merge,
            MergeTool::MergeLocal => Self::MergeLocal,
            MergeTool::MergeOther => Self::MergeOther,
            MergeTool::Union => Self::Union,
            MergeTool::Local => Self::Local,
            MergeTool::Other => Self::Other,
        }
    }
}
