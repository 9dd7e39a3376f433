"""The case (ärende): its flow, who sees and acts, its events, diary, documents, messages, links and deadlines."""
