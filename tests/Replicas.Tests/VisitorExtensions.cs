namespace UserDomain.Replicas.Tests;

/// <summary>A visitor who is led to one replica.</summary>
internal static class VisitorExtensions
{
    /// <summary>From now on to this replica of every service.</summary>
    public static WebVisitor At(this WebVisitor visitor, string replica)
    {
        visitor.Http.DefaultRequestHeaders.Remove(ReplicaChoice.Header);
        visitor.Http.DefaultRequestHeaders.Add(ReplicaChoice.Header, replica);
        return visitor;
    }
}
