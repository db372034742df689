from disclosures.views.decision import log, record

__all__ = ["log", "record"]
