namespace UserDomain.IdentityServer.Pages.Parts;

/// <summary>A message above a form: what happened, and what to do next.</summary>
internal sealed record Alert(string Id, string Title, string Body, bool IsError = true, string? SupportCode = null);
