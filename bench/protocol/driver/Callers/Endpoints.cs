namespace UserDomain.LoadDriver.Callers;

/// <summary>Where a server is asked for what, by its own word (OpenID Connect Discovery 1.0).</summary>
internal sealed record Endpoints(Uri Configuration, string Issuer, Uri Keys, Uri Authorization, Uri Token, Uri Introspection, Uri UserInfo)
{
    public static async Task<Endpoints> ReadAsync(Connection connection, Uri server)
    {
        var configuration = new Uri(server, ".well-known/openid-configuration");
        var answer = await connection.GetAsync(configuration);
        Uri Named(string member) => new(answer.Member(member).GetString()!);
        return new(
            configuration,
            answer.Member("issuer").GetString()!,
            Named("jwks_uri"),
            Named("authorization_endpoint"),
            Named("token_endpoint"),
            Named("introspection_endpoint"),
            Named("userinfo_endpoint"));
    }
}
