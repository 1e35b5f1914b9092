"""What careconsole costs, compared with programs that people already have. One command, from the root of the checkout:

    .venv/bin/python -m tests.bench [--sizes 1000,100000,1000000] [--runs N] [--keep DIR]
        [--only read|everything|import|kinds|clocks|sweep|what-if|suggest|console|forms|backlog|quick]
        [--kinds csv,jira] [--corpus FILE]

It generates event logs of a realistic help desk (`logs`), imports them, and measures whole processes, from start to
end: ours and the baseline in turn (A B A B), in the same run, after a warm-up. The machine may be busy with other
things, so the *ratio* counts, never the milliseconds, and a ratio close to its budget should be measured twice. The
default takes about a quarter of an hour and 4 GB in the folder for temporary files (TMPDIR chooses another);
`--sizes 1000,100000` takes some minutes, and `--only quick` less than two.

How to read the table:

- "ours" and "baseline" are medians in milliseconds unless another unit is given, "ratio" is ours divided by the
  baseline, and "budget" is the most it may be.
- Reading: cases of three events, half of them open, so a queue of half a million open cases at the largest size.
  `sqlite-utils --version` is the start of a comparable program that then does nothing. The same command at the largest
  size is compared with the smallest: what does not grow with the number of cases has a ratio of 1.
- Everything: the commands that read every case, with their memory, at the usual size and at the largest. `db check` has
  a limit for each thousand cases; a memory that grows with the cases misses its limit at some size.
- Importing: cases, history, customers, people, search index and the digests that recognise a repeat, against
  `sqlite-utils insert --nl` of the same file into one table without any of these. In a log with several events per
  case only the first row has a description (the baseline writes these rows faster, too). Rows are ordered by case, or
  by time, as most systems export them. "Again" is the same file once more, with nothing new. Both write to the disk,
  and sqlite-utils waits for it after every hundred rows, so this ratio depends on the disk (the head says what a write
  costs there); "cpu ratio" compares the CPU time alone.
- Kinds of imports: an invented export of each system, one record per line; a ticket has about four events, messages
  included, where the baseline writes one row. Ten times as many records may take hardly more memory, and
  no kind more than its limit.
- Clocks: within this process. New service levels recompute every clock of all open cases and write what changed, in one
  transaction; "levels with office hours" are those of the template. The clocks of one keystroke are in microseconds.
- The sweep: within this process, with nothing due and with everything due, against a scan of the open cases' rows; and
  as a process, with nothing due, against the start of a comparable program.
- What if: within this process, as CPU time. Every case is replayed under other service levels, and its recorded history
  beside it, against a plain read of the same events; the memory is that of the command.
- Suggestions: within this process. The milliseconds are those of the playbooks that fit a case, at 300 playbooks.
  With `--corpus FILE`, JSON Lines with `text` and `label`, also how many of a hundred texts miss their playbook among
  the three suggested, against the three most similar cases; `suggesting` says how the texts are split. No set of texts
  is part of the project, and none may set what the ranking does.
- Memory: the peak of the import's process (ru_maxrss).
- The console: at 100, 10,000 and 100,000 open cases, through a pseudo-terminal, beside an empty app of its framework.
  `console` explains how each line is measured; a budget with a unit applies to ours alone.

Below the table are the baselines' command lines, so that each can be repeated by hand; with `--keep` the logs are kept.
"""
