namespace UserDomain.SessionApi.Tests.Revocations;

/// <summary>Tests that look at the whole log: what some enter by the hundred, others would have to page through.</summary>
[CollectionDefinition(nameof(LogCollection))]
public sealed class LogCollection;
