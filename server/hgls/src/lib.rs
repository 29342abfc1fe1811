//! hgls, the edge.
