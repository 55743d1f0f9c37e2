"""Documents and the message catalogue: where ids and parameters become words in 简体中文 and English."""
