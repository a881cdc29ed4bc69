"""A local double of the telephone carrier: its REST interface, its calls, its webhooks and its misbehaviour.

Run it as ``python -m scripts.simulator.carrier --port 0 --port-file PATH --account-sid AC… --auth-token …``.
"""
