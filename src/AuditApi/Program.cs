using UserDomain.AuditApi;
using UserDomain.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(AuditApi.Service, args);
