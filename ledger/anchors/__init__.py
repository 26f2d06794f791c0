"""Those outside the ledger who stand by it: the signer of its checkpoints, and witnesses.

Each keeps its own key and its own memory in a folder of its own, and believes the ledger only what it proves. They know
nothing of entries, stores or databases: a folder, a checkpoint and a proof is all they see.
"""
