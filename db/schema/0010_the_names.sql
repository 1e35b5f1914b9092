-- Names and words are found without regard to accents, invisible characters are no part of a name, and a run of Chinese,
-- Japanese, Korean or Thai is searched character by character. No table changes: the program writes `folded` of people
-- and customers and the index `search` anew where they were made by other rules (store/maintenance/refold_words.py), and
-- a program that would write them by those must refuse the file.
select 'no table changes';
