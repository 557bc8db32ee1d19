"""Pages for shoppers: what links in mails lead to, the contact form, and conversations in the account."""
