SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass
