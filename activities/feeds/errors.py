"""What can go wrong with feeds, and what to do then."""


class FeedError(Exception):
    """The base of every error of feeds."""


class SubscriptionUnknown(FeedError):
    """There is no subscription of this id."""

    def __init__(self, subscription_id: str) -> None:
        super().__init__(f"there is no subscription {subscription_id}: see subscriptions list")
        self.subscription_id = subscription_id


class SubscriptionTaken(FeedError):
    """A subscription of this id is there already."""

    def __init__(self, subscription_id: str) -> None:
        super().__init__(f"{subscription_id} is there already: remove it first, or name another")
        self.subscription_id = subscription_id


class SecretUnusable(FeedError):
    """A secret is not where it is said to be, or is not one."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference} holds no secret: put whsec_ and the base64 of 24 to 64 random bytes there"
        )
        self.reference = reference
