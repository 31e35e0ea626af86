"""The Telegram bot: messages, buttons, commands and inline queries in, replies out."""
