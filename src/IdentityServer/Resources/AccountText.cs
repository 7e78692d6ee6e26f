namespace UserDomain.IdentityServer.Resources;

/// <summary>Names the texts of the account pages: <c>AccountText.resx</c>, and one such file for each further language.</summary>
internal sealed class AccountText;
