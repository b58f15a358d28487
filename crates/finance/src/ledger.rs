//! Double entry, computed from events.
