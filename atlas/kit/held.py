"""A cache in the memory of the process that gives what it was given, not a copy of it."""

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class HeldCache(LocMemCache):
    """For values that nobody changes, such as whole pages: Django's own pickles every value and
    unpickles it for every taker, which takes longer than all else that a kept page costs."""

    def get(self, key, default=None, version=None):
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            self._cache.move_to_end(key, last=False)
            return self._cache[key]

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            self._set(key, value, timeout)

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        if self.has_key(key, version):
            return False
        self.set(key, value, timeout, version)
        return True

    def incr(self, key, delta=1, version=None):
        raise NotImplementedError("values here are never changed")
