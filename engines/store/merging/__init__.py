"""Several records become one, to which everything refers that referred to them; and all of it taken back."""

from engines.store.merging.book import Merged, merged_into, merges_of
from engines.store.merging.merge import Merge, Moves
from engines.store.merging.proposal import AT_MOST, Proposal, propose
from engines.store.merging.unmerge import Unmerged, unmerge

__all__ = [
    "AT_MOST",
    "Merge",
    "Merged",
    "Moves",
    "Proposal",
    "Unmerged",
    "merged_into",
    "merges_of",
    "propose",
    "unmerge",
]
