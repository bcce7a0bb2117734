"""Who delivers e-mails: a server that speaks SMTP, and services with an API of their own."""
