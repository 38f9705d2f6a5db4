-- Nothing
--
-- revision: aaaa03
-- parents: 
-- drove:upgrade

-- only a comment
/* and another; with a semicolon */
-- drove:downgrade
