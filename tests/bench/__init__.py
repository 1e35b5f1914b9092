"""What careconsole costs, beside what a person already has. One command, from the root of the checkout:

    .venv/bin/python -m tests.bench [--sizes 1000,100000,1000000] [--runs N] [--keep DIR]
        [--only read|import|kinds|clocks|console] [--kinds csv,jira]

It generates event logs of a believable help desk (`logs`), imports them, and measures whole processes, from start to
end: ours and the baseline by turns (A B A B), in the same run, after a warm-up, medians. The machine may be busy with
other things, so it is the *ratio* that counts, never the milliseconds, and a ratio close to its budget should be
measured twice. The default takes about a quarter of an hour and 4 GB in the folder for temporary files (TMPDIR chooses
another); `--sizes 1000,100000` some minutes.

How to read the table:

- "ours" and "baseline" are medians in milliseconds (MB where it says so), "ratio" is one by the other, and "budget" is
  the most it may be.
- Reading: cases of three events, half of them open, so a queue of half a million open cases at the largest size.
  `sqlite-utils --version` is the start of a comparable program that then does nothing. The same command at the largest
  size is compared with the smallest: what does not grow with the number of cases has a ratio of 1.
- Importing: cases, history, customers, people, search index and the digests that recognise a repeat, against
  `sqlite-utils insert --nl` of the very same file into one table without any of it. In a log of several events a case
  only the first row holds a description (the baseline writes these rows faster, too). Rows either stand together by
  case or in the order of time, as most systems export them. "Again" is the same file once more, with nothing new.
  Both write to the disk, and sqlite-utils waits for it after every hundred rows, so this ratio depends on the disk (the
  head says what a write costs there); "cpu ratio" is that of computing time alone, with nothing waited for.
- Kinds of imports: an export of each system, invented, a record a line; a ticket brings some four events, what was said
  among them, where the baseline writes one row. Ten times as much may take hardly more memory.
- Clocks: within this process. New service levels work out every clock of all open cases and write what changed, in one
  transaction; "levels with office hours" are those of the template. One keystroke's clocks are told in microseconds.
- Memory: the peak of the import's process (ru_maxrss).
- The console: at 100, 10,000 and 100,000 open cases, through a pseudo-terminal, beside an empty app of its framework.
  `console` tells how each line is measured; a budget with a unit is one for ours alone.

Below the table are the baselines' command lines, so that each can be repeated by hand; with `--keep` the logs stay.
"""
