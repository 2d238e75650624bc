//! What real senders send is read as it is meant.
