"""The funnel: from referral through each phase, how many go on, and how long it takes."""
