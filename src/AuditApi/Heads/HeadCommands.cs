namespace UserDomain.AuditApi.Heads;

/// <summary>What an operator can ask of the heads.</summary>
internal static class HeadCommands
{
    public static async Task PrintKeyAsync(IServiceProvider services, string? argument, TextWriter output, CancellationToken cancellationToken)
    {
        var signer = await services.GetRequiredService<HeadKey>().GetAsync(services.GetRequiredService<AuditContext>(), cancellationToken);
        await output.WriteLineAsync(signer.Verifier.ToString());
    }
}
