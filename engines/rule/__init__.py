"""If something happens to a record and a condition holds, then actions follow; and why they did, or did not.

A save passes through three phases. Before it, rules may change the record that is saved or refuse it. Within
it, they may write other records. After it, everything that may wait is done by a job. What is decided and
done is kept as a run, which the page "why" shows.
"""
