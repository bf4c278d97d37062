"""Salesforce, HubSpot and Dynamics 365 as Alur needs them: few calls, JSON only, no lead of ours (I4)."""
